
import sys,json,time
sys.path.insert(0,"/tmp/w/fidelity/bench")
from crowd.scene import Scene
from crowd.run import played
import numpy as np
t=time.time()
s=Scene()
print("up",time.time()-t, list(s.folder.glob("*.pid")))
try:
    for p,e in [("round robin","idle"),("hybrid","idle"),("round robin","steady"),("hybrid","link cut"),("round robin","steady"),("round robin","flash crowd"),("hybrid","flash crowd")]:
        t=time.time(); 
        rows,f=played(s,p,e,77,1.0)
        ms=[1000*r[1] for r in rows if r[0]>=1.2]
        print(p,e,round(time.time()-t,1), np.percentile(ms,[10,50,90,99]).round(1) if ms else "", json.dumps(f["cores"]), f["late_ms"])
finally:
    s.close()

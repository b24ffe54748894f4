"""ONNX models: run in the sandbox, read as layers, timed, and cut into pieces that run apart.

What runs them (runtime.py) imports nothing of onnx or onnxruntime; what reads and times them does, and is only imported
where somebody asks for it.
"""

"""Words by kind, Chinese and English, as regular expressions without groups: who asks or is served, what data is called, what
a program does with it, what computes. They say nothing by themselves and stand in slots of phrases; by compounding a few make
many."""

from collections.abc import Sequence


def any_of(words: str | Sequence[str]) -> str:
    """Any of the words, the longest first, so that a shorter one does not hide it."""
    listed = words.split() if isinstance(words, str) else words
    return "|".join(sorted(listed, key=len, reverse=True))


_WHO_EN = any_of(
    "users? customers? people players? gamers? viewers? audiences? clients? visitors? patients? doctors? nurses? hospitals? "
    "clinics? "
    "schools? universit(?:y|ies) campus(?:es)? students? pupils? teachers? professors? tourists? travell?ers? drivers? "
    "riders? shops? "
    "stores? factor(?:y|ies) plants? workshops? warehouses? offices? branch(?:es)? labs? laborator(?:y|"
    "ies) teams? staff employees "
    "engineers? operators? researchers? colleagues? residents citizens fans guests members subscribers listeners readers "
    "compan(?:y|ies)"
)
_WHO_ZH = any_of(
    "用户 客户 顾客 玩家 观众 市民 居民 人 访客 游客 旅客 乘客 学生 同学 老师 导师 教授 师生 员工 同事 老板 领导 主管 患者 "
    "病人 医生 护士 医院 诊所 "
    "学校 校园 企业 公司 单位 部门 团队 工厂 厂里 厂区 车间 产线 产区 仓库 门店 商家 店铺 司机 骑手 "
    "实验室 课题组 研究所 甲方 "
    "运维 会员 粉丝 读者 听众 小组 项目组 组里 组 班里 孩子 家人 朋友 室友 师兄 师姐 学长 学姐 师傅 大神 兄弟 助理 剪辑 导演 "
    "编导 摄影 主播 财务 人事 机房 宿舍 质检员 工程师 科室 乡亲 家长 "
    "买家 信众 村民 网友 考生 车主 看的人 用的人 听的人 玩的人 使用者 访问者"
)
WHO = rf"(?:{_WHO_EN}|{_WHO_ZH})"
_MATTER_EN = any_of(
    "data datasets? files? records? documents? docs papers? pages? books? images? pictures? photos? photographs? scans? "
    "slides? videos? "
    "movies? films? clips? footage tapes? reels? mp4s rushes dailies takes? shots? frames? recordings? "
    "interviews? lectures? episodes? trailers? "
    "songs? "
    "tracks? audio logs? tables? reports? invoices? spreadsheets? samples? measurements? readings? sequences? genomes? "
    "models? meshes "
    "scenes? tiles? maps? texts? transcripts? exams? essays? drawings? seeds? items? inputs? cases? trials? chunks? batches "
    "shards? parts? rows? parameters? experiments? runs? numbers? ids? entr(?:y|ies) stor(?:y|ies) "
    "letters? recipes? notes? lessons? chapters? votes? ballots? applications? messages? e-?mails? poems?"
)
_MATTER_ZH = any_of(
    "数据 数据集 文件 资料 档案 记录 文档 论文 书 图 图片 图像 图纸 照片 相片 影像 片子 底片 原片 切片 视频 录像 录屏 短片 "
    "短视频 影片 电影 素材 "
    "镜头 样片 成片 录音 音频 采访 课程 讲座 会议 节目 歌曲 日志 报表 表格 账单 账目 订单 发票 合同 病历 病例 样本 样品 测量 "
    "读数 序列 基因组 模型 "
    "场景 瓦片 地图 文本 试卷 作业 作文 信息 内容 东西 隐私 编号 序号 参数 种子 案例 实验 批次 分片 页码 题目 监控"
)
MATTER = rf"(?:{_MATTER_EN}|{_MATTER_ZH})"
_DO_EN = any_of(
    "train transcribe analy[sz] inspect simulat solv evaluat benchmark clean label annotat classif detect segment index pars "
    "extract "
    "summari[sz] translat denois upscal fine-tun finetun encod decod composit stitch cluster generat render compress resiz "
    "crop align fit plot sort filter scor grad optimi[sz] predict forecast infer render process "
    "backtest upscal reconstruct render sequenc pric forecast calibrat annotat tokeni[sz] embed factor integrat sampl f"
    "old dock mesh "
    "comput convert check scan recogni[sz] aggregat test build compil execut"
)
DO_ZH = any_of(
    "分析 转写 识别 训练 推理 渲染 渲 仿真 模拟 测试 统计 清洗 标注 批改 翻译 计算 评估 检测 质检 检查 压缩 裁剪 对齐 拟合 "
    "画图 排序 过滤 打分 优化 预测 分割 "
    "索引 解析 提取 汇总 编译 构建 聚合 分类 处理 转换 校对 去噪 脱敏 微调 合成 编码 解码 配准 拼接 剪辑 匹配 聚类 抽取 生成 "
    "回测 重建 比对 建模 定价 反演 超分 插帧 调参 预处理 后处理 求解 跑批 批处理 风险计量 蒙特卡洛 蒙特卡罗 扫参 "
    "打包 过一遍 跑一遍 走一遍 算一遍 验证"
)
DOING = rf"(?:(?:{_DO_EN})(?:i?ed|ing)|{DO_ZH})"
DO = rf"(?:(?:{_DO_EN})(?:i?ed|e?s|ies|y|e|ing|ion|ation|ication|is|ence|ment)?|{DO_ZH})"
"""What a program does, and what is done: after the name of the program it adds nothing."""
NODES = (
    r"(?:nodes?|machines?|servers?|computers?|box(?:es)?|hosts?|hardware|data ?cent(?:er|re)s?|"
    r"节点|机器|服务器|主机|算力|设备|机房|数据中心|机子)"
)
HOSTS = r"(?:providers?|vendors?|suppliers?|hosts?|operators?|服务商|提供商|供应商|服务方|提供方|厂商|运营商|商家)"
"""Whose they are."""
OURS = r"(?:(?:all |of ){0,2}(?:the|my|our|their|its|your)\s|我们?的?|咱们?的?|本|这边的?)"
COMPOUND = rf"(?:(?:{WHO}|{DO}|{MATTER})(?:'s?)?\s?的?\s?)"
THINGS = rf"(?:(?:all|every|each|the|my|our|raw|所有的?|全部的?|我们?的?|每个|每张)\s?){{0,3}}{COMPOUND}{{0,2}}{MATTER}"
"""Data by any of its names: customer data, 车间的质检图片."""
PLAIN = (
    r"(?:(?![不没无非除超别勿未或若如删停消取只仅每最近前后新旧大小长短首末今昨明余剩失错部分周月"
    r"一二三四五六七八九十百千万两半几])[\u4e00-\u9fff])"
)
_NO_NAME = (
    "no not never none nobody nothing of all any or and but other others another except excluding unless after before "
    "until till since skip if when whenever while once without within only just even every each either neither both "
    "half some several most more less least few fewer many much than first second third next last latter previous "
    "same different similar instead twice thrice again still long short big small new old failed longer shorter "
    "bigger smaller newer older best worst weekday weekdays weekend weekends daily weekly monthly nightly random odd "
    "email mail copy delete cancel stop send save move remove drop keep change edit fix should must shall may might "
    "can could will would is are was were be been has have had do does did to for in on at by from with as like via "
    "per one two three four five six seven eight nine ten dozen times "
)
NAMING = rf"(?!(?:{'|'.join(_NO_NAME.split())})(?![a-z])|non)"
WORD = rf"(?:{NAMING}[a-z-]{{2,14}})"
"""A character, a word, of what a thing is called: none that turns a meaning around, counts, or chooses some of many."""
WORK = (
    r"(?:[`「][^`」]{1,300}[`」]|(?<![a-z0-9_./-])[a-z0-9_./-]+\.(?:py|wasm|sh|r|jl|pl|js)(?![a-z0-9_])|"
    r"(?<![a-z0-9_.])\./[a-z0-9_./-]+)"
)
"""A program or a command, as it stands in a sentence."""
TASK = rf"(?:tasks?|jobs?|runs?|ones?|items?|copy|copies|stragglers?|works?|pieces?|attempts?|instances?|(?:{MATTER}))"
NO_WARD = (
    r"(?!\s(?:rooms?|wards?|departments?|services?|units?|exits?|calls?|doctors?|physicians?|nurses?|"
    "plans?|teams?|funds?|numbers?|vehicles?|beds?"
    "|medicine|management|response|care|shelters?|kits?|lights?|brakes?|landing|crews?|staff|patients?|"
    r"admissions?|clinics?|hospitals?|drills?)\b)"
)
"""After "emergency": it is not the name of where people are helped."""
NOT_NAMED = r"(?!(?:\s?[,:(])?(?:\s?(?:are |is |all |lying )?(?:in|at|under|from|inside|within))?\s?[a-z0-9_./-]*\*)"
"""After files that are spoken of: no pattern of names follows that says which they are."""

"""Made from the patterns by `python -m tools.needed`: lists of words, each list after an empty line; and for each
pattern, by its mark, the lists of which a word each must be there (needed.py)."""

LISTS = """
cny kuai renminbi rmb yuan ¥ 人民币 元 圆 块 毛 角

/个 /任务 /帧 /张 apiece each every_ file frame item job per_ task 一个 一份 一帧 一张 一段 每

< above and_nothing_ at_the_outside below beneath beyond bound_ budget cap ceiling down_to exceed fewer_than greater_than
held_at held_to higher_than in_excess_of inside kept_at kept_to less_than limit longer_than lower_than max more_than most
no_later_than no_more not_a_ not_more not_one_ or_fewer or_less over past pegged_at pegged_to restricted_at restricted_to
surpass tops under up_to upper_bound upward_of upwards_of with_nothing_ within ≤ 以下 低于 内 压在 多于 大于 封顶 小于 少于
控制在 撑死 最多 最长 最高 满打满算 短于 至多 超 长于 限 顶多 顶天 高于

d h m s week 分 周 天 小时 日 星期 礼拜 秒 钟

$ bucks dollar eur gbp hkd jpy usd £ € 日元 欧元 港元 港币 美元 美金 英镑

apiece each every_ per_ 每

ms second 秒

< above at_most at_the_most at_the_outside at_the_very_most at_very_most below beneath beyond bound_ cap_ capped_at capped_to
down_to exceed fewer_than greater_than held_at held_to higher_than in kept_at kept_to less_than limit_ limited_at limited_to
longer_than lower_than max more_than no_later_than over past pegged_at pegged_to restricted_at restricted_to surpass under
up_to upward_of upwards_of ≤ 低于 在 多于 大于 封顶 小于 少于 撑死 最多 最长 最高 满打满算 短于 至多 超 长于 限 顶多 顶天 高于

_at_the_latest _at_the_very_latest allow_it from_now from_today give_it hence there_are there_is there's we_have we've you

_for_ _to_ d h m s week 分 周 天 小时 日 星期 礼拜 秒 钟

limit max_run_time max_runtime max_time maximum_run_time maximum_runtime maximum_time total_run_time total_runtime total_time
上限 限制

d h m s week 分 周 天 小时 日 时长 时间 星期 用时 礼拜 秒 耗时 钟

at_most at_the_most from_now max or_less tops 内 出结果 完 弄好 搞定

deadline due eta

in

in_the_hour in_the_next_hour

millisecond ms 毫秒

delay first_token lag latency ping response round_trip round-trip rtt ttft 响应 延迟 往返 时延 来回 首字

s 秒

delay first_token lag latency ping response round_trip round-trip rtt ttft 响应 延时 延迟 往返 时延 来回 首字

ms 毫秒

ms之内 ms以内 ms以里 ms内 毫秒之内 毫秒以内 毫秒以里 毫秒内

出声 响应 回应 回话 应答 答复 返回

carbon co2 碳

g kilo t 克 公斤 吨

g 克 公斤

carbon co2 emission emit 排放 碳

all_else_ anything_else_ at_any_cost at_any_price cost_doesn't_matter do_not_ don't_ everything_else_ issue nothing_else_
object price_doesn't_matter problem the_rest_ whatever_it_costs whatever_it_takes 不在乎 不惜代价 不是问题 不计成本 不讲究
不重要 不限 其他 其余 其它 别的 剩下的 多少都可以 多少都行 多少钱都可以 多少钱都行 好说 无所谓 没关系 没有要求 没要求 随便 随意

any for_each_ for_every_ nothing_fancy nothing_special per_ 均可 都可以 都成 都行

_critical _priority _sensitive -critical -sensitive at_its_leisure at_your_leisure can_wait deferrable in_spare_time
in_the_spare_time in_your_spare_time it_isn't_in_a_hurry it_isn't_urgent no_deadline no_hurry no_particular_deadline no_rush
not_in_a_hurry not_urgent take_your_time this_isn't_in_a_hurry this_isn't_urgent when_it's_idle when_it's_quiet
when_the_network_is_idle when_the_network_is_quiet when_things_are_idle when_things_are_quiet whenever 不必着急 不忙时候
不忙的时候 不急 不用急 不用着急 不用赶 不着急 不赶时间 也可以 也行 什么时候 优先级低 优先级最低 低优先级 别着急 可以推迟
可以晚点 可以等 可推迟 慢慢来 慢慢算 慢慢跑 插空 无妨 无所谓 有空再 有空就 有空时 有空的时 没关系 能等 都行 闲下来时候
闲下来的时候 闲时候 闲的时候 闲着时候 闲着的时候

emergency high_priority highest_priority highestest_priority top_priority topest_priority urgent 优先级最高 优先级要高 优先级高
急 插个队 插队 高优先级

core cpu thread 核 线程

core_count cores cpu 核心数 核数

mem ram 内存

g m t

box computer data_center data_centre datacenter datacentre hardware host machine node server 主机 数据中心 服务器 机器 机子
机房 算力 节点 设备

_having _of _that_has _with

c 核

g mb mib tb tib

core cpu

gb gib

20 30 40 50 910 a10 a16 a6000 a800 b100 gaudi_2 gaudi_3 gaudi-2 gaudi-3 gaudi2 gaudi3 geforce gtx h100 h800 l4 mi210 p100 rtx
t4 v100

accelerator cpu gpu graphics_card 加速卡 显卡

gpu 不管 任何 任意 无论 随便

a gpu 显卡

gpu 显卡

card gpu

gpu 卡

arch64 rm

a

amd64 x86

reputable trusted trustworthy vouched 信得过 可信 靠谱

attested 可信执行环境 硬件可信认证 硬件可信证明 硬件认证 硬件证明 远程可信认证 远程可信证明 远程认证 远程证明

_are_ _has_to_be_ _have_to_be_ _must_be_ _need_to_be_ _should_be_ accredited approved certified trusted verified vetted 可信
审核 核验 认可 认证 验证

accredited approved certified host operator provider supplier trusted vendor verified vetted 供应商 厂商 可信 商家 审核 提供商
提供方 服务商 服务方 核验 认可 认证 运营商 验证

check_at_ check_by_ check_with_ checked_at_ checked_by_ checked_with_ that_check_each_other that_cross-check_each_other
that_verify_each_other verified_at_ verified_by_ verified_with_ verify_at_ verify_by_ verify_with_ which_check_each_other
which_cross-check_each_other which_verify_each_other who_check_each_other who_cross-check_each_other who_verify_each_other 复核
校验 核对 比对 验证

machines nodes owners parties providers 个 家 方

different_ independent_ machines nodes owners parties providers separate_ 一起 做同一 分别 各 同时 执行同一 算同一 跑同一
运行同一 都

_ 个 位 台 家 方

all_agree check_ checked compare_ compared must_agree the_results_agree the_same they_agree verify_ 复核 对比 对照 校验 核对
核验 比对 结果一致 结果对得上 结果得一致 结果得对得上 结果得相同 结果必须一致 结果必须对得上 结果必须相同 结果相同 结果要一致
结果要对得上 结果要相同

` 「 『

` 」 』

execute_ run_ 执行 跑 运行

.py .wasm

* ?

application audience audio ballot batches book branch campus case chapter chunk citizens client clinic clip colleague companies
company customer dailies data docs doctor document drawing driver e-mail email employees engineer entries entry episode essay
exam experiment factories factory fans file film footage frame gamer genome guests hospital id image input interview invoice
item lab lecture lesson letter listeners log map measurement members meshes message model movie mp4s note number nurse office
operator page paper parameter part patient people photo picture plant player poem professor pupil readers reading recipe record
reel report researcher row run rushes sample scan scene school seed sequence shard shop shot song spreadsheet staff store
stories story student subscribers table take tape teacher team text tile tourist track trailer transcript traveler traveller
trial universities university user viewer visitor vote warehouse 东西 主播 主管 乘客 乡亲 书 买家 产区 产线 人 仓库 企业 会员
会议 作业 作文 使用者 信众 信息 兄弟 公司 内容 分片 切片 剪辑 助理 医生 医院 单位 厂区 厂里 原片 参数 发票 司机 合同 同事 同学
听众 员工 商家 团队 图 场景 大神 学姐 学校 学生 学长 孩子 实验 客户 室友 家长 宿舍 导师 导演 居民 工厂 工程师 市民 师傅 师兄
师姐 师生 帧 序列 序号 底片 店铺 录像 录屏 录音 影像 影片 患者 成片 批次 护士 报表 摄影 教授 数据 文件 文本 文档 旅客 日志 朋友
机房 村民 校园 样品 样本 样片 案例 档案 模型 歌曲 测量 游客 照片 片子 玩家 班里 瓦片 用户 甲方 电影 病例 病历 监控 相片 短片
研究所 种子 科室 粉丝 素材 组 编号 编导 网友 老师 老板 考生 节目 表格 观众 视频 订单 记录 讲座 论文 访客 访问者 诊所 试卷 读数
读者 课程 财务 账单 账目 质检员 资料 车主 车间 运维 部门 采访 镜头 门店 隐私 音频 页码 顾客 领导 题目 骑手

- .. through till to ~ – 到 至

for over 第

- .. through to ~ – 到 至

from 从 在

frame 号 帧

i_have_ i've_ my the_attached the_enclosed the_following these this_batch_of those we_have_ we've_ 我有一些 我有一批 我有些
我有几个 我有几份 我有几张 我有几段 我有批 这 那

a_batch_of_ a_bunch_of_ a_few_ a_load_of_ a_lot_of_ a_pile_of_ application audio ballot batches book case chapter chunk clip
dailies data docs document drawing e-mail email entries entry episode essay exam experiment file film footage frame genome id
image input interview invoice item lecture lesson letter log map measurement meshes message model movie mp4s note number page
paper parameter part photo picture poem reading recipe record reel report row run rushes sample scan scene seed sequence
several_ shard shot some_ song spreadsheet stories story table take tape text tile track trailer transcript trial vote 东西 书
会议 作业 作文 信息 内容 分片 切片 原片 参数 发票 合同 图 场景 基因组 实验 序列 序号 底片 录像 录屏 录音 影像 影片 成片 批次
报表 数据 文件 文本 文档 日志 样品 样本 样片 案例 档案 模型 歌曲 测量 照片 片子 瓦片 电影 病例 病历 监控 相片 短片 种子 素材
编号 节目 表格 视频 订单 记录 讲座 论文 试卷 读数 课程 账单 账目 资料 采访 镜头 隐私 音频 页码 题目

at_ from_ in_ inside_ under_ 下 中 文件夹 目录 里

available bring_up deploy expose host online publish put_up serve service set_up spin_up stand_up 上线 发布 对外开放 托管
挂公网 挂到公网 挂到网 挂网 放公网上 放到公网上 放到网上 放网上 服务 部署

listen_at listen_on listening_at listening_on listens_at listens_on port 监听 端口

copies instance replica 副本 实例

- and to ~ 到 至

>= at_least at_the_least at_the_very_least at_very_least min no_fewer_than no_less_than not_fewer_than not_less_than ≥ 不低于
不小于 不少于 最少 至少 起码

< above and_nothing_ at_most at_the_most at_the_outside at_the_very_most at_very_most below beneath beyond bound_ cap_
capped_at capped_to ceiling_ down_to exceed fewer_than greater_than held_at held_to higher_than in_excess_of inside kept_at
kept_to less_than limit_ limited_at limited_to longer_than lower_than max more_than no_later_than over past pegged_at pegged_to
restricted_at restricted_to surpass under up_to upward_of upwards_of with_nothing_ within ≤ 低于 压在 多于 大于 封顶 小于 少于
控制在 撑死 最多 最长 最高 满打满算 短于 至多 超 长于 限 顶多 顶天 高于

call_it call_this called name_is name_it name_this named 取个名 取名 叫 名为 起个名 起名

./ .exe .jl .js .pl .r accelerate blender build bun deepspeed deno dotnet ffmpeg ffprobe flask g++ gcc gmx go gradle gunicorn
hypercorn install java julia lmp make mpiexec nextflow node npm npx octave package perl php python rscript ruby run sh
streamlit test uvicorn verify yarn yolo

chug churn computes computing expect go grind is_busy keeps_busy last mean need occupied occupies occupy ran reckon require run
take taking took use want went will_be_busy work

compute_time duration eta execution_time length run_time running_time runtime time_needed time_required wall_time

approx est expected

believe estimate expect figure guess reckon think

i_ we_

_worth calculating calculation computation compute computing cpu_time crunching gpu_time grinding machine_time processing
rendering run_time runtime simulating simulation training work

duration estimated expect for last length need over run take taking

can_ d h m s week 分 周 天 小时 日 星期 礼拜 秒 钟

about almost approx around maybe nearly perhaps probably roughly some ~ ≈

一次 单个 单次 占 干 得 持续 时长 时间 每个 每份 每次 用 租 算 耗时 花 要 训 跑 运行 需

一般 估摸 估计 可能 大概 大致 差不多 应该 约 预估 预计

上下 左右

apiece each per_

of_computation of_compute of_computing of_cpu_time of_gpu_time of_run_time of_runtime of_training of_work

_day _hour _min -day -hour -min

computation job run simulation task training

around close_by close_to closest_to near next_to not_far_from

aksu alegre almaty altay amsterdam angeles ankang anqing anshan anshun antofagasta anyang aomen ashburn astana athens austin
aviv baicheng baise baishan baiyin bangalore bangkok baoding baoji baoshan baotou barcelona bayannur beihai beijing bengaluru
bengbu benxi bergen berlin bijie bilbao binzhou birmingham bogota bombay bordeaux boston bozhou brasilia brisbane brussels
bucharest budapest buenos busan cairo calgary canberra cangzhou canton cape cardiff changchun changde changji changsha changzhi
chaozhou chengde chengdu chennai chenzhou chicago chifeng chizhou christchurch cixi cologne copenhagen dali dandong danzhou
daqing darkhan datong dazhou delhi delingha denver detroit deyang dhabi dhaka diego dingxi doha dongguan dongyang dongying
dresden dubai dublin dunhuang duyun edinburgh eerduosi enshi ezhou fangchenggang florence foshan francisco frankfurt fukuoka
fushun fuxin fuyang fuzhou ganzhou gdansk geermu geneva golmud guangan guangxi guangyuan guangzhou guian guigang guilin guiyang
guyuan haerbin hague haidong haikou hamburg hami handan hangzhou hanoi harbin hebi hechi hefei hegang heihe helingeer helsinki
hengshui hengyang heyuan heze hiroshima hk hohhot hong honolulu horinger hotan houston hsinchu huaian huaibei huaihua huainan
huanggang huangshan huangshi huhehaote huizhou huludao hulunbuir huzhou hyderabad istanbul jakarta janeiro jiamusi jian jiaozuo
jiaxing jiayuguan jieyang jinan jinchang jincheng jingdezhen jingmen jingzhou jinhua jining jinzhou jiuquan jixi johannesburg
johor jose kaifeng kaili kangding kaohsiung karachi karamay kashgar kashi kobe kolkata krakow kunming kunshan kyoto la leeds
leipzig leshan lhasa lianyungang liaocheng liaoyang liaoyuan lima lincang linfen linyi lisbon lishui liupanshui liuzhou london
longnan longyan loudi luan lumpur luohe luoyang luzhou lvliang lyon macao macau madrid manchester maoming marseille meishan
meizhou melbourne mengzi mexico miami minh minneapolis mombasa montreal moscow mumbai munich nagoya nairobi nanchang nanjing
nanning nanping nantong naples ningbo ningde novosibirsk nyc nyingchi ordos orleans osaka oslo ottawa panjin paris paulo peking
perth petersburg phnom phoenix pingdingshan pingliang prague puer pune putian puyang qingdao qingpu qingyang qingyuan
qinhuangdao qinzhou qionghai qiqihar qitaihe quanzhou quebec qufu qujing quzhou recife reykjavik riyadh rizhao rome rotterdam
saigon salt sanmenxia sanming santiago sanya sapporo seattle sendai seoul seville sf shanghai shangluo shangqiu shangrao
shangri shantou shanwei shaoguan shaoxing shaoyang shenyang shenzhen shigatse shihezi shijiazhuang shiyan shizuishan shouguang
shuangyashan shuozhou singapore siping songyuan stockholm strasbourg stuttgart suihua suining suizhou suqian suzhou sydney
tacheng taian taibei taichung tainan taipei taiyuan taizhou tangshan tianfu tianjin tianshui tieling tokyo tongchuan tonghua
tongliao tongling tongren toronto toulouse tromso turin turpan urumqi valencia valparaiso vancouver venice vienna vientiane
warsaw washington weifang weihai weinan wellington wenzhou wuhai wuhan wuhu wulumuqi wuwei wuxi wuzhou xi'an xiamen xian
xiaogan xichang xilinhot xingtai xingyi xining xinyang xinyu xinzhou xiongan xuancheng xuchang xuzhou ya'an yaan yan'an yanan
yancheng yangon yangquan yangtze yangzhou yanji yantai yibin yichang yichun yinchuan yingkou yingtan yining yiwu yiyang
yokohama yongzhou york yueyang yulin yuncheng yunfu yushu yuxi zaozhuang zhangjiagang zhangjiajie zhangjiakou zhangye zhaoqing
zhaotong zhengzhou zhoukou zhoushan zhuhai zhumadian zibo zigong ziyang zunyi zurich 七台河 万象 三亚 三明 三门峡 上海 上饶
东京 东莞 东营 东阳 中卫 中山 临汾 临沂 临沧 丹东 丹佛 丽水 丽江 义乌 乌兰察布 乌兰巴托 乌海 乌鲁木齐 乐山 九江 云浮 亚特兰大
京都 亳州 仙台 仰光 伊宁 伊斯坦布尔 伊春 休斯敦 伦敦 伯明翰 佛山 佛罗伦萨 佳木斯 保定 保山 信阳 儋州 克拉玛依 克拉科夫
克赖斯特彻奇 六安 六盘水 兰州 兴义 内江 内罗毕 凯里 利兹 利雅得 利马 加尔各答 加的夫 包头 北京 北海 十堰 华沙 华盛顿 卑尔根
南京 南充 南宁 南平 南昌 南通 南阳 卡尔加里 卡拉奇 厦门 双鸭山 台中 台北 台南 台州 合肥 吉安 吉隆坡 名古屋 吐鲁番 吕梁 吴忠
周口 呼伦贝尔 呼和浩特 和林格尔 和田 咸宁 咸阳 哈密 哈尔滨 哥本哈根 唐山 商丘 商洛 喀什 嘉兴 嘉峪关 四平 固原 图卢兹 圣何塞
圣保罗 圣地亚哥 圣彼得堡 圣迭戈 堪培拉 塔什干 塔城 塞维利亚 墨尔本 墨西哥城 多伦多 多哈 大同 大庆 大理 大连 大阪 天府 天水 天津
太原 奥克兰 奥斯汀 奥斯陆 威尼斯 威海 娄底 孝感 孟买 宁德 宁波 安庆 安康 安托法加斯塔 安阳 安顺 定西 宜宾 宜昌 宜春 宝鸡 宣城
宿州 宿迁 寿光 岳阳 巴中 巴塞罗那 巴彦淖尔 巴西利亚 巴黎 布加勒斯特 布宜诺斯艾利斯 布拉格 布达佩斯 布里斯班 布鲁塞尔 常州 常德
平凉 平顶山 广元 广安 广岛 广州 庆阳 库尔勒 底特律 康定 廊坊 延吉 延安 开封 开普敦 开罗 张家口 张家港 张家界 张掖 徐州 德令哈
德州 德累斯顿 德里 德阳 忻州 怀化 怀来 恩施 悉尼 惠州 惠灵顿 慈溪 慕尼黑 成都 扬州 承德 抚州 抚顺 拉各斯 拉萨 揭阳 敦煌
斯图加特 斯德哥尔摩 斯特拉斯堡 新乡 新余 新加坡 新奥尔良 新山 新竹 新西伯利亚 无锡 日内瓦 日喀则 日照 旧金山 昆山 昆明 昌吉
明尼阿波利斯 昭通 晋中 晋城 普洱 景德镇 景洪 曲阜 曲靖 曼彻斯特 曼谷 朔州 本溪 札幌 来宾 杭州 松原 林芝 枣庄 柏林 柳州 株洲
格但斯克 格尔木 格拉斯哥 桂林 梅州 梧州 榆林 横滨 檀香山 武威 武汉 毕尔巴鄂 毕节 永州 汉中 汉堡 汕头 汕尾 江门 江阴 池州 沈阳
沧州 河内 河池 河源 泉州 法兰克福 波哥大 波士顿 波尔多 波特兰 泰安 泰州 泸州 洛杉矶 洛阳 济南 济宁 浦那 海东 海参崴 海口
海得拉巴 海牙 淄博 淮北 淮南 淮安 深圳 清远 渥太华 温哥华 温州 渭南 湖州 湘潭 湛江 滁州 滨州 漯河 漳州 潍坊 潮州 澳门 濮阳 烟台
焦作 爱丁堡 牡丹江 特拉维夫 特罗姆瑟 玉林 玉树 玉溪 珀斯 珠海 班加罗尔 琼海 瓦伦西亚 瓦尔帕莱索 白城 白山 白银 百色 益阳 盐城
盐湖城 盘锦 眉山 石嘴山 石家庄 石河子 神户 福冈 福州 科隆 秦皇岛 米兰 累西腓 约翰内斯堡 纽约 绍兴 绥化 维也纳 绵阳 罗马 聊城
肇庆 胡志明市 自贡 舟山 芜湖 芝加哥 苏州 苏黎世 茂名 荆州 荆门 莆田 莫斯科 莱比锡 菏泽 菲尼克斯 萍乡 营口 葫芦岛 蒙巴萨
蒙特利尔 蒙自 蚌埠 衡水 衡阳 衢州 襄阳 西宁 西安 西昌 西雅图 许昌 贵安 贵港 贵阳 费城 贺州 资阳 赣州 赤峰 赫尔辛基 辽源 辽阳
达卡 达尔汗 达州 达拉斯 迈阿密 运城 连云港 迪拜 通化 通辽 遂宁 遵义 邢台 那不勒斯 邯郸 邵阳 郑州 郴州 都匀 都灵 鄂尔多斯 鄂州
酒泉 里斯本 里昂 里约热内卢 重庆 金华 金奈 金昌 金边 釜山 钦州 铁岭 铜仁 铜川 铜陵 银川 锡林浩特 锦州 镇江 长三角 长春 长沙
长治 阜新 阜阳 防城港 阳江 阳泉 阿什本 阿克苏 阿勒泰 阿姆斯特丹 阿布扎比 阿德莱德 阿拉木图 阿斯塔纳 阿雷格里港 陇南 随州 雄安
雅典 雅加达 雅安 雷克雅未克 青岛 青浦 鞍山 韶关 首尔 香格里拉 香港 马尼拉 马赛 驻马店 高雄 魁北克 鸡西 鹤壁 鹤岗 鹰潭 鹿特丹
黄冈 黄山 黄石 黑河 齐齐哈尔 龙岩

as_close_ as_near_

临近 就近 挨着 离 贴近 距 靠近

到

布 线 署

越近越好

离 距 靠近

一带 周围 周边 附近

i_am i'm we_are we're

at from in

in 在

i_am i'm we_are we're 人 咱 我

从 到 离 距

for from serving to

audience branch campus citizens client clinic colleague companies company customer doctor driver employees engineer factories
factory fans gamer guests hospital lab listeners members nurse office operator patient people plant player professor pupil
readers researcher residents rider school shop staff store student subscribers teacher team tourist traveler traveller
universities university user viewer visitor warehouse 主播 主管 乘客 乡亲 买家 产区 产线 人 仓库 企业 会员 使用者 信众 兄弟
公司 剪辑 助理 医生 医院 单位 厂区 厂里 司机 同事 同学 听众 员工 商家 团队 大神 学姐 学校 学生 学长 孩子 实验室 客户 室友 家长
宿舍 导师 导演 居民 工厂 工程师 市民 师傅 师兄 师姐 师生 店铺 患者 护士 摄影 教授 旅客 朋友 机房 村民 校园 游客 玩家 班里 用户
甲方 研究所 科室 粉丝 组 编导 网友 老师 老板 考生 观众 访客 访问者 诊所 读者 财务 质检员 车主 车间 运维 部门 门店 顾客 领导
骑手

across around at from in near of

位于 在 来自

audience branch campus citizens client clinic colleague companies company customer doctor driver employees engineer factories
factory fans gamer guests hospital lab listeners members nurse office operator patient people plant player professor pupil
readers researcher residents rider school shop staff store student subscribers teacher team tourist traveler traveller
universities university user viewer visitor warehouse 为 主播 主管 乘客 乡亲 买家 产区 产线 人 从 仓库 企业 会员 使用者 供 信众
兄弟 公司 剪辑 助理 医生 医院 单位 厂区 厂里 司机 同事 同学 听众 员工 商家 团队 大神 学姐 学校 学生 学长 孩子 实验室 客户 室友
家长 宿舍 对 导师 导演 居民 工厂 工程师 市民 师傅 师兄 师姐 师生 店铺 患者 护士 摄影 教授 旅客 朋友 服务 机房 村民 校园 游客
玩家 班里 用户 甲方 研究所 科室 粉丝 组 给 编导 网友 老师 老板 考生 观众 让 访客 访问者 诊所 读者 财务 质检员 车主 车间 运维
部门 门店 面向 顾客 领导 骑手

in 于 到 在

africa america anhui arabia argentina bangladesh beijing belgium brazil britain cambodia canada chile china colombia czechia
denmark egypt emirates finland france fujian gansu germany greece guangdong guangxi guizhou hainan hebei heilongjiang henan hk
hong hubei hunan hungary iceland india indonesia ireland israel italy japan jiangsu jiangxi jilin kazakhstan kenya kingdom
korea laos liaoning macao macau mainland malaysia mexico mongolia myanmar neimenggu netherlands nigeria ningxia norway pakistan
peru philippines poland portugal qatar qinghai romania shaanxi shandong shanghai shanxi sichuan singapore south spain sweden
switzerland taiwan thailand the_country tianjin tibet turkey uae uk united us uzbekistan vietnam xinjiang xizang yunnan zealand
zhejiang 上海 东三省 东北三省 两广 两湖 中国 丹麦 乌兹别克斯坦 云南 云贵 京津冀 以色列 俄罗斯 内地 冰岛 加拿大 匈牙利 北京 南非
卡塔尔 印尼 印度 台湾 吉林 哈萨克斯坦 哥伦比亚 四川 国内 国门 土耳其 埃及 境内 墨西哥 大陆 天津 奥地利 孟加拉国 宁夏 安徽
尼日利亚 山东 山西 川渝 巴基斯坦 巴西 希腊 广东 广西 德国 意大利 我国 挪威 捷克 新加坡 新疆 新西兰 日本 智利 柬埔寨 比利时 江浙
江苏 江西 沙特 河北 河南 法国 波兰 泰国 浙江 海南 港澳 湖北 湖南 澳大利亚 澳洲 澳门 爱尔兰 瑞典 瑞士 甘肃 福建 秘鲁 粤桂 缅甸
罗马尼亚 美国 老挝 肯尼亚 芬兰 苏浙皖 英国 荷兰 菲律宾 葡萄牙 蒙古 西班牙 西藏 贵州 越南 辽宁 重庆 阿根廷 阿联酋 陕甘宁 陕西
青海 韩国 香港 马来西亚 黑龙江

用

_beyond _out_of _outside exit leave 出 离开

n't never not without 不 严禁 别 勿 禁止

never_anywhere_else no_other_place no_other_province no_other_region not_anywhere_else nowhere_else only 不

choose on pick use using

box computer data_center data_centre datacenter datacentre hardware host machine node operator provider server supplier vendor
主机 供应商 厂商 商家 提供商 提供方 数据中心 服务商 服务器 服务方 机器 机子 机房 算力 节点 设备 运营商

尽可能 尽量 最好

就近 离 距 靠近

在

不 严禁 别 勿 禁止

_are_in_ _is_in_ _live_in_ _lives_in_ _reside_in_ _resides_in_ _sit_in_ _sits_in_

go_anywhere leave move ship take travel

_in_ _inside_ _within_ 除

africa america anhui arabia argentina bangladesh beijing belgium brazil britain but cambodia canada chile china colombia
czechia denmark egypt emirates except excluding finland france fujian gansu germany greece guangdong guangxi guizhou hainan
hebei heilongjiang henan hk hong hubei hunan hungary iceland india indonesia ireland israel italy japan jiangsu jiangxi jilin
kazakhstan kenya kingdom korea laos liaoning macao macau mainland malaysia mexico mongolia myanmar neimenggu netherlands
nigeria ningxia norway not other_than pakistan peru philippines poland portugal qatar qinghai romania shaanxi shandong shanghai
shanxi sichuan singapore south spain sweden switzerland taiwan thailand the_country tianjin tibet turkey uae uk united us
uzbekistan vietnam xinjiang xizang yunnan zealand zhejiang 上海 东三省 东北三省 两广 两湖 中国 丹麦 乌兹别克斯坦 云南 云贵
京津冀 以色列 俄罗斯 内地 冰岛 加拿大 匈牙利 北京 南非 卡塔尔 印尼 印度 台湾 吉林 哈萨克斯坦 哥伦比亚 四川 国内 国门 土耳其
埃及 境内 墨西哥 大陆 天津 奥地利 孟加拉国 宁夏 安徽 尼日利亚 山东 山西 川渝 巴基斯坦 巴西 希腊 广东 广西 德国 意大利 我国 挪威
捷克 新加坡 新疆 新西兰 日本 智利 柬埔寨 比利时 江浙 江苏 江西 沙特 河北 河南 法国 波兰 泰国 浙江 海南 港澳 湖北 湖南 澳大利亚
澳洲 澳门 爱尔兰 瑞典 瑞士 甘肃 福建 秘鲁 粤桂 缅甸 罗马尼亚 美国 老挝 肯尼亚 芬兰 苏浙皖 英国 荷兰 菲律宾 葡萄牙 蒙古 西班牙
西藏 贵州 越南 辽宁 重庆 阿根廷 阿联酋 陕甘宁 陕西 青海 韩国 香港 马来西亚 黑龙江

country location province region 位置 区域 地区 地域 地点 省份

国内 国外 国门外 境外 海外

不允许 不准 不可 不希望 不应 不得 不想 不能 不要 不许 不该 严禁 仅 别 勿 只 禁止

出 离开

市 省

all_provinces all_regions any_ anywhere avoid everywhere exclude excluding keep_away_from keep_it_away_from keep_it_out_of
keep_out_of keeping_away_from keeping_it_away_from keeping_it_out_of keeping_out_of n't never no_ not nowhere_ stay_away_from
stay_out_of staying_away_from staying_out_of without

不允许 不准 不可 不希望 不应 不得 不想 不考虑 不能 不行 不要 不许 不该 严禁 别 勿 禁止 绕开 绕过 避开 除

africa america anhui arabia argentina bangladesh beijing belgium brazil britain cambodia canada chile china colombia czechia
denmark egypt emirates finland france fujian gansu germany greece guangdong guangxi guizhou hainan hebei heilongjiang henan hk
hong hubei hunan hungary iceland india indonesia ireland israel italy japan jiangsu jiangxi jilin kazakhstan kenya kingdom
korea laos liaoning macao macau mainland malaysia mexico mongolia myanmar neimenggu netherlands nigeria ningxia norway pakistan
peru philippines poland portugal qatar qinghai romania shaanxi shandong shanghai shanxi sichuan singapore south spain sweden
switzerland taiwan thailand the_country tianjin tibet turkey uae uk united us uzbekistan vietnam xinjiang xizang yunnan zealand
zhejiang 上海 东三省 东北三省 两广 两湖 中国 丹麦 乌兹别克斯坦 云南 云贵 京津冀 以色列 俄罗斯 内地 冰岛 加拿大 匈牙利 北京 南非
卡塔尔 印尼 印度 去 台湾 吉林 哈萨克斯坦 哥伦比亚 四川 国内 国门 土耳其 在 均 埃及 境内 墨西哥 大陆 天津 奥地利 存 孟加拉国
宁夏 安徽 安排 尼日利亚 山东 山西 川渝 巴基斯坦 巴西 希腊 广东 广西 德国 意大利 我国 挪威 捷克 放 新加坡 新疆 新西兰 日本 智利
柬埔寨 比利时 江浙 江苏 江西 沙特 河北 河南 法国 波兰 泰国 浙江 海南 港澳 湖北 湖南 澳大利亚 澳洲 澳门 爱尔兰 瑞典 瑞士 甘肃 用
福建 秘鲁 粤桂 给 缅甸 罗马尼亚 美国 老挝 肯尼亚 芬兰 苏浙皖 英国 荷兰 菲律宾 落 葡萄牙 蒙古 西班牙 西藏 调度 贵州 越南 跑 辽宁
送 选 部署 都 重庆 阿根廷 阿联酋 陕甘宁 陕西 青海 韩国 香港 马来西亚 黑龙江

computed_outside_ held_outside_ kept_outside_ processed_outside_ run_outside_ stored_outside_

nothing_

_can_ever_leave_ _can_leave_ _is_allowed_to_ever_leave_ _is_allowed_to_leave_ _may_ever_leave_ _may_leave_ _must_ever_leave_
_must_leave_ _should_ever_leave_ _should_leave_

no

传出 流出 离开

without_

leaving

in 于 在

keep

出

国 境

its_own_province its_province my_own_province my_province our_own_province our_province the_own_province the_province 出本省
出省 存在本省 存在省内 放在本省 放在省内 留在本省 留在省内 离开本省 离开省

above_all before_all before_anything bill_as_ bills_as_ cheap concern cost cut_ economical everything expense_as_ expenses_as_
first has_to_be_ have_to_be_ highest_ i_care_ i_prefer i_would_rather_ i'd_like_ i'd_rather_ inexpensive keep_ king least_
lower_ lowest_ maximum_ minimal_ minimise_ minimising_ minimize_ minimizing_ minimum_ money_as_ most must_be_ needs_to_be_
optimise_for_ optimise_it_for_ optimised_for_ optimised_it_for_ optimising_for_ optimising_it_for_ optimize_for_
optimize_it_for_ optimized_for_ optimized_it_for_ optimizing_for_ optimizing_it_for_ ought_to_be_ paramount prefer_ preferable
preferably_ preference preferred preferring_ price_as_ prices_as_ prioritise_ prioritize_ priority reduce_ should_be_ smallest_
spending_as_ top_ we_care_ we_prefer we_would_rather_ we'd_rather_ what_counts_is what_matters_is would_like_it would_prefer
为主 价格 但求 低价 便宜 先 关心 关键 划算 只图 只求 图个 在乎 在意 实惠 尽可能 尽量 开销 怎么 成本 最低 最好 最少 注重 省 看重
第一 经济 节约 花费 要紧 费用 越好 重要 重视 钱 首要

_first,_ concern do_it_ fast_as_ fastest first_ firstly_ get_it_ has_to_be_ have_to_be_ i_care_ i_prefer i_would_rather_
i'd_like_ i'd_rather_ keep_it_ least_ lowest_ make_it_ minimal_ minimum_ most_important must_be_ need_it_ needs_to_be_
optimise_for_ optimise_it_for_ optimised_for_ optimised_it_for_ optimising_for_ optimising_it_for_ optimize_for_
optimize_it_for_ optimized_for_ optimized_it_for_ optimizing_for_ optimizing_it_for_ ought_to_be_ prefer_ preferable
preferably_ preference preferred preferring_ prioritise_ prioritize_ priority quick_as_ quickest quickly_as_ run_time runtime
should_be_ smallest_ soon_as_ soonest speed the_faster_the_better the_quicker_the_better the_sooner_the_better turnaround
waiting_time want_it_ we_care_ we_prefer we_would_rather_ we'd_rather_ what_counts_is what_counts_most what_matters_is
what_matters_most would_like_it would_prefer 为主 但求 先 关键 只图 只求 哪fast 哪个fast 哪个快 哪儿fast 哪儿快 哪台fast 哪台快
哪快 哪里fast 哪里快 图个 尽可能fast 尽可能地fast 尽可能地快 尽可能快 尽量fast 尽量快 快慢 怎么fast 怎么快 效率 时效 时间
最fast 最好fast 最好快 最少 最快 最短 用时 第一 耗时 能fast就 能多fast就 能多快就 能快就 要紧 谁fast 谁快 越好 速度 重要 首要

above_all before_all before_anything carbon_as_ carbon_footprint_as_ cleanest co2_as_ co2e_as_ concern cut_ eco_friendly
eco-friendly emission_as_ emissions_as_ environmentally_friendly everything first green has_to_be_ have_to_be_ highest_ i_care_
i_prefer i_would_rather_ i'd_like_ i'd_rather_ keep_ king least_ low_carbon low-carbon lower_ lowest_ maximum_ minimal_
minimise_ minimising_ minimize_ minimizing_ minimum_ most must_be_ needs_to_be_ optimise_for_ optimise_it_for_ optimised_for_
optimised_it_for_ optimising_for_ optimising_it_for_ optimize_for_ optimize_it_for_ optimized_for_ optimized_it_for_
optimizing_for_ optimizing_it_for_ ought_to_be_ paramount prefer_ preferable preferably_ preference preferred preferring_
prioritise_ prioritize_ priority reduce_ should_be_ smallest_ sustainable sustainably the_cleaner_the_better top_ we_care_
we_prefer we_would_rather_ we'd_rather_ what_counts_is what_matters_is would_like_it would_prefer 为主 但求 先 关心 关键 只图
只求 图个 在乎 在意 尽可能 尽量 怎么 排放 最低 最好 最小 最少 注重 清洁 环保 看重 碳 第一 绿 要紧 越好 重要 重视 首要

above_all as_few_ as_little_ as_low_ before_all before_anything concern cut_ everything first highest_ i_care_ i_prefer
i_would_rather_ i'd_like_ i'd_rather_ keep_ king least_ low_latency low-latency lower_ lowest_ lowest-latency maximum_ minimal_
minimise_ minimising_ minimize_ minimizing_ minimum_ most optimise_for_ optimise_it_for_ optimised_for_ optimised_it_for_
optimising_for_ optimising_it_for_ optimize_for_ optimize_it_for_ optimized_for_ optimized_it_for_ optimizing_for_
optimizing_it_for_ paramount prefer_ preferably_ preference preferring_ prioritise_ prioritize_ priority reduce_ responsive
smallest_ the_closer_the_better the_nearer_the_better top_ we_care_ we_prefer we_would_rather_ we'd_rather_ what_counts_is
what_matters_is would_like_it would_prefer 优先 响应时间 延迟 时延

_as_little_as_ money_matters_more_than_speed money_matters_more_than_time price_matters_more_than_speed
price_matters_more_than_time save_me_money save_money save_us_money 便宜一点 便宜些 便宜点 省点钱 省钱

a.s.a.p. as_soon_as_ asap early_as_possible the_sooner_the_better time_matters_more_than_cost time_matters_more_than_money
time_matters_more_than_price 尽快 越早越好 速度为主 速度优先 速度最重要 速度第一

electricity energy green low_carbon low-carbon power 优先 低碳 光伏 环保 电 绿色 能源

as_close_as_possible as_near_as_possible 尽量近 离用户最近 越近越好

api app backend bot code frontend job model notebook pipeline program script server service tool website

its my our the 咱 我 本 这边

代码 作业 前端 后台 后端 工具 应用 接口 服务 机器人 模型 程序 网站 脚本

.py .wasm ` 「

一个 咱 我 这个

*

application audio ballot batches book case chapter chunk clip dailies data docs document drawing e-mail email entries entry
episode essay exam experiment file film footage frame genome id image input interview invoice item lecture lesson letter log
map measurement meshes message model movie mp4s note number page paper parameter part photo picture poem reading recipe record
reel report row run rushes sample scan scene seed sequence shard shot song spreadsheet stories story table take tape text tile
track trailer transcript trial vote 东西 书 会议 作业 作文 信息 内容 分片 切片 原片 参数 发票 合同 图 场景 基因组 实验 序列
序号 底片 录像 录屏 录音 影像 影片 成片 批次 报表 数据 文件 文本 文档 日志 样品 样本 样片 案例 档案 模型 歌曲 测量 照片 片子
瓦片 电影 病例 病历 监控 相片 短片 种子 素材 编号 节目 表格 视频 订单 记录 讲座 论文 试卷 读数 课程 账单 账目 资料 采访 镜头
隐私 音频 页码 题目

对 将 把 的 给

位于 在

aggregat align analys analyz annotat benchmark build calibrat check classif clean cluster compil composit compress comput
convert crop decod denois detect dock embed encod evaluat execut extract factor filter fine-tun finetun fit fold forecast
generat grad index infer inspect integrat label mesh optimis optimiz pars plot predict pric process recognis recogniz
reconstruct render resiz sampl scan scor segment sequenc simulat solv sort stitch summaris summariz test to_ tokenis tokeniz
train transcribe translat upscal 仿真 优化 分割 分析 分类 剪辑 匹配 压缩 去噪 反演 合成 回测 处理 定价 对齐 建模 微调 打分 打包
扫参 批改 抽取 拟合 拼接 排序 推理 提取 插帧 构建 标注 校对 检查 检测 模拟 比对 求解 汇总 测试 清洗 渲 生成 画图 算一遍 索引
统计 编码 编译 翻译 聚合 聚类 脱敏 蒙特卡洛 蒙特卡罗 裁剪 解析 解码 计算 训练 评估 识别 调参 质检 走一遍 超分 跑一遍 跑批 转写
转换 过一遍 过滤 配准 重建 预测 风险计量 验证

.py .wasm ` 」

_my_ _our_ _the_ _this_ 为 帮 替 给

using via with 做 处理 执行 来 渲染 算 跑 运行

by through using via with

aggregat align analys analyz annotat benchmark build calibrat check classif clean cluster compil composit compress comput
convert crop decod denois detect dock embed encod evaluat execut extract factor filter fine-tun finetun fit fold forecast
generat grad index infer inspect integrat label mesh optimis optimiz pars plot predict pric process recognis recogniz
reconstruct render resiz sampl scan scor segment sequenc simulat solv sort stitch summaris summariz test tokenis tokeniz train
transcribe translat upscal 仿真 优化 分割 分析 分类 剪辑 匹配 压缩 去噪 反演 合成 回测 处理 定价 对齐 建模 微调 打分 打包 扫参
批改 抽取 拟合 拼接 排序 推理 提取 插帧 构建 标注 校对 检查 检测 模拟 比对 求解 汇总 测试 清洗 渲 生成 画图 算一遍 索引 统计
编码 编译 翻译 聚合 聚类 脱敏 蒙特卡洛 蒙特卡罗 裁剪 解析 解码 计算 训练 评估 识别 调参 质检 走一遍 超分 跑一遍 跑批 转写 转换
过一遍 过滤 配准 重建 预测 风险计量 验证

.jl_ .js_ .py_ .r_ .sh_

to_ 仿真 优化 分割 分析 分类 剪辑 匹配 压缩 去噪 反演 合成 回测 处理 定价 对齐 建模 微调 打分 打包 扫参 批改 抽取 拟合 拼接
排序 推理 提取 插帧 构建 标注 校对 检查 检测 模拟 比对 求解 汇总 测试 清洗 渲 生成 画图 算一遍 索引 统计 编码 编译 翻译 聚合
聚类 脱敏 蒙特卡洛 蒙特卡罗 裁剪 解析 解码 计算 训练 评估 识别 调参 质检 走一遍 超分 跑一遍 跑批 转写 转换 过一遍 过滤 配准
重建 预测 风险计量 验证

through using via with

audience branch campus citizens client clinic colleague companies company customer doctor driver employees engineer factories
factory fans gamer guests hospital lab listeners members nurse office operator patient people plant player professor pupil
readers researcher residents rider school shop staff store student subscribers teacher team tourist traveler traveller
universities university user viewer visitor warehouse 中心 主播 主管 乘客 乡亲 买家 产区 产线 人 仓库 企业 会员 使用者 信众
兄弟 公司 剪辑 助理 医生 医院 单位 厂 司机 同事 同学 听众 员工 商家 团队 处 大神 学姐 学校 学生 学长 孩子 客户 室 家长 宿舍
导师 导演 居民 工程师 市民 师傅 师兄 师姐 师生 店铺 患者 所 护士 摄影 教授 旅客 朋友 机房 村民 校园 游客 玩家 班里 用户 甲方 科
粉丝 系 组 编导 网友 老师 老板 考生 观众 访客 访问者 读者 财务 质检员 车主 车间 运维 部 门店 顾客 领导 骑手

asked do handle has have need require said say told want would_like 一个天 一个小时 一天 一小时 交代 今 催 叫 后天 周 希望 想
明 每 用 给 要 让 说 请

dear_ hello_ hey_ hi_ thank_you_ thank_you,_ thanks_ thanks,_ 劳烦 多谢 好 感谢 拜托 谢谢 辛苦 麻烦

_of_them aggregat align analys analyz annotat application audience audio ballot batches benchmark book branch build calibrat
campus case chapter check chunk citizens classif clean client clinic clip cluster colleague companies company compil composit
compress comput convert crop customer dailies data decod denois detect dock docs doctor document drawing driver e-mail email
embed employees encod engineer entries entry episode essay evaluat exam execut experiment extract factor fans file film filter
fine-tun finetun fit fold footage forecast frame gamer generat genome grad guests hospital id image index infer input inspect
integrat interview invoice item lab lecture lesson letter listeners log map measurement members mesh message model movie mp4s
note number nurse office operator optimis optimiz page paper parameter pars part patient people photo picture plant player plot
poem predict pric process professor pupil readers reading recipe recognis recogniz reconstruct record reel render report
researcher resiz row run rushes sampl scan scene school scor seed segment sequenc shard shop shot simulat solv song sort
spreadsheet staff stitch store stories story student subscribers summaris summariz table take tape teacher team test text tile
tokenis tokeniz tourist track trailer train transcribe transcript translat traveler traveller trial universities university
upscal user viewer visitor vote warehouse 东西 主播 主管 乘客 乡亲 书 买家 产区 产线 人 仓库 仿真 企业 优化 会员 会议 作业 作文
使用者 信众 信息 兄弟 公司 内容 分割 分析 分片 分类 切片 剪辑 助理 匹配 医生 医院 单位 厂区 厂里 压缩 原片 去噪 参数 反演 发票
司机 合同 合成 同事 同学 听众 员工 商家 回测 团队 图 场景 处理 大神 学姐 学校 学生 学长 孩子 定价 实验 客户 室友 家长 宿舍 对齐
导师 导演 居民 工厂 工程师 市民 师傅 师兄 师姐 师生 序列 序号 底片 店铺 建模 录像 录屏 录音 影像 影片 微调 患者 成片 打分 打包
扫参 批改 批次 护士 报表 抽取 拟合 拼接 排序 推理 提取 插帧 摄影 教授 数据 文件 文本 文档 旅客 日志 朋友 机房 村民 构建 标注
校园 校对 样品 样本 样片 案例 档案 检查 检测 模型 模拟 歌曲 比对 求解 汇总 测试 测量 清洗 渲 游客 照片 片子 玩家 班里 瓦片 生成
用户 甲方 电影 病例 病历 监控 相片 短片 研究所 种子 科室 算一遍 粉丝 素材 索引 组 统计 编号 编导 编码 编译 网友 翻译 老师 老板
考生 聚合 聚类 脱敏 节目 蒙特卡洛 蒙特卡罗 表格 裁剪 观众 视频 解析 解码 计算 订单 训练 记录 讲座 论文 访客 访问者 评估 识别
诊所 试卷 读数 读者 课程 调参 财务 账单 账目 质检 资料 走一遍 超分 跑一遍 跑批 车主 车间 转写 转换 过一遍 过滤 运维 部门 配准
采访 重建 镜头 门店 隐私 音频 页码 顾客 预测 领导 题目 风险计量 验证 骑手

_demand _insist _require _say _state 制度 政策 要求 规定

audience branch campus citizens client clinic colleague companies company compliance contract customer doctor driver employees
engineer factories factory fans gamer guests hospital lab law listeners members nurse office operator patient people plant
player policies policy professor pupil readers regulation researcher residents rider rule school shop staff store student
subscribers teacher team tourist traveler traveller universities university user viewer visitor warehouse 主播 主管 乘客 乡亲
买家 产区 产线 人 仓库 企业 会员 使用者 信众 兄弟 公司 剪辑 助理 医生 医院 单位 厂区 厂里 司机 同事 同学 听众 员工 商家 团队
大神 学姐 学校 学生 学长 孩子 实验室 客户 室友 家长 宿舍 导师 导演 居民 工厂 工程师 市民 师傅 师兄 师姐 师生 店铺 患者 我 护士
摄影 教授 旅客 朋友 机房 村民 校园 游客 玩家 班里 用户 甲方 研究所 科室 粉丝 组 编导 网友 老师 老板 考生 行内 观众 访客 访问者
诊所 读者 财务 质检员 车主 车间 运维 部门 门店 院里 顾客 领导 骑手

制度 政策 条例 法规 精神 要求 规定 规范

依据 依照 按 根据 遵

aggregat align analys analyz annotat assignment batch benchmark build calculation calibrat check classif clean cluster compil
composit compress comput convert coursework crop decod demo denois detect dissertation dock embed encod evaluat execut
experiment extract factor filter fine-tun finetun fit fold forecast generat grad homework index infer inspect integrat job
label mesh model optimis optimiz paper pars pipeline plot predict pric process project recognis recogniz reconstruct render
resiz run sampl scan scor segment sequenc simulat solv sort stitch studies study summaris summariz sweep task test thesis
tokenis tokeniz train transcribe translat upscal workflow workload 仿真 优化 分割 分析 分类 剪辑 匹配 压缩 去噪 反演 合成 回测
处理 定价 对齐 建模 微调 打分 打包 扫参 批改 抽取 拟合 拼接 排序 推理 提取 插帧 构建 标注 校对 检查 检测 模拟 比对 求解 汇总
测试 清洗 渲 生成 画图 算一遍 索引 统计 编码 编译 翻译 聚合 聚类 脱敏 蒙特卡洛 蒙特卡罗 裁剪 解析 解码 计算 训练 评估 识别 调参
质检 走一遍 超分 跑一遍 跑批 转写 转换 过一遍 过滤 配准 重建 预测 风险计量 验证

./ .exe .jl .py .r .wasm ` deepspeed ffmpeg make node python rscript sh torchrun 「

as_part_of_ for_

aggregat align analys analyz annotat api app assignment backend batch benchmark bot build calculation calibrat check classif
clean cluster code compil composit compress comput convert coursework crop decod demo denois detect dissertation dock embed
encod evaluat execut experiment extract factor filter fine-tun finetun fit fold forecast frontend generat grad homework index
infer inspect integrat job label mesh model notebook optimis optimiz paper pars pipeline plot predict pric process program
project recognis recogniz reconstruct render resiz run sampl scan scor script segment sequenc server service simulat solv sort
stitch studies study summaris summariz sweep task test thesis tokenis tokeniz tool train transcribe translat upscal website
workflow workload 仿真 优化 分割 分析 分类 剪辑 匹配 压缩 去噪 反演 合成 回测 处理 定价 对齐 建模 微调 打分 打包 扫参 批改 抽取
拟合 拼接 排序 推理 提取 插帧 构建 标注 校对 检查 检测 模拟 比对 求解 汇总 测试 清洗 渲 生成 画图 算一遍 索引 统计 编码 编译
翻译 聚合 聚类 脱敏 蒙特卡洛 蒙特卡罗 裁剪 解析 解码 计算 训练 评估 识别 调参 质检 走一遍 超分 跑一遍 跑批 转写 转换 过一遍
过滤 配准 重建 预测 风险计量 验证

仿真 优化 分割 分析 分类 剪辑 匹配 压缩 去噪 反演 合成 回测 处理 定价 对齐 建模 微调 打分 打包 扫参 批改 抽取 拟合 拼接 排序
推理 提取 插帧 构建 标注 校对 检查 检测 模拟 比对 求解 汇总 测试 清洗 渲 生成 画图 算一遍 索引 统计 编码 编译 翻译 聚合 聚类
脱敏 蒙特卡洛 蒙特卡罗 裁剪 解析 解码 计算 训练 评估 识别 调参 质检 走一遍 超分 跑一遍 跑批 转写 转换 过一遍 过滤 配准 重建
预测 风险计量 验证

each_ 每

application audio ballot batches book case chapter chunk clip dailies data docs document drawing e-mail email entries entry
episode essay exam experiment file film footage frame genome id image input interview invoice item lecture lesson letter log
map measurement meshes message model movie mp4s note number page paper parameter part photo picture poem reading recipe record
reel report row run rushes sample scan scene seed sequence shard shot song spreadsheet stories story table take tape task text
tile track trailer transcript trial vote 东西 书 会议 作业 作文 信息 内容 分片 切片 原片 参数 发票 合同 图 场景 基因组 实验
序列 序号 底片 录像 录屏 录音 影像 影片 成片 批次 报表 数据 文件 文本 文档 日志 样品 样本 样片 案例 档案 模型 歌曲 测量 照片
片子 瓦片 电影 病例 病历 监控 相片 短片 种子 素材 编号 节目 表格 视频 订单 记录 讲座 论文 试卷 读数 课程 账单 账目 资料 采访
镜头 隐私 音频 页码 题目

any_ whatever_ whichever_ 型号

kind model sort type 不限 均可 行 随便 随意

_here i_am i'm we_are we're 党 我们是 我是

as_ did does had has how_ is like_ the_way_ was when_ where_ why_

? did do had like want would

< above at_most at_the_most at_the_outside at_the_very_most at_very_most below beneath beyond bound_ cap_ capped_at capped_to
down_to exceed fewer_than greater_than held_at held_to higher_than in kept_at kept_to less_than limit_ limited_at limited_to
longer_than lower_than max more_than no_later_than over past pegged_at pegged_to restricted_at restricted_to surpass under
up_to upward_of upwards_of ≤ 低于 压在 多于 大于 封顶 小于 少于 控制在 撑死 最多 最长 最高 满打满算 短于 至多 超 长于 限 顶多
顶天 高于

at_the_outside budget cap ceiling limit max most no_more not_a_ not_more not_one_ or_below or_fewer or_less or_under tops
upper_bound 为限 以下 内 封顶

budget cost price 价格 总价 最贵 费用 预算

at in 在

and or 和 或

affordable cheap not_too_expensive reasonably_priced 不太贵 不要太贵 价格合理 便宜 别太贵

at_once fast immediately in_a_hurry in_a_rush now quick right_away soon 一会儿 尽早 快 早些 早点 立刻 立即 赶时间 过一会 马上

cny_be_enough cny_enough rmb_be_enough rmb_enough yuan_be_enough yuan_enough 够了吗 够了吧 够吗 够吧

are_ is_ rmb will_ would_ yuan 元 块

audience branch campus citizens client clinic colleague companies company customer doctor driver employees engineer factories
factory fans gamer guests hospital lab listeners members my nurse office operator our patient people plant player professor
pupil readers researcher residents rider school shop staff store student subscribers teacher team their traveler traveller
universities university user viewer visitor warehouse 主播 主管 乘客 乡亲 买家 产区 产线 人 仓库 企业 会员 使用者 信众 兄弟
公司 剪辑 助理 医生 医院 单位 厂区 厂里 司机 同事 同学 听众 员工 商家 团队 大神 学姐 学校 学生 学长 孩子 实验室 客户 室友 家长
宿舍 导师 导演 居民 工厂 工程师 市民 师傅 师兄 师姐 师生 店铺 患者 我们的 我的 护士 摄影 教授 旅客 朋友 本地 机房 村民 校园
游客 玩家 班里 用户 甲方 研究所 科室 粉丝 组 编导 网友 老师 老板 考生 自家 自己的 观众 访客 访问者 诊所 读者 财务 质检员 车主
车间 运维 部门 门店 顾客 领导 骑手

confidential private secret sensitive 保密 敏感 机密 涉密

application audio ballot batches book case chapter chunk clip dailies data docs document drawing e-mail email entries entry
episode essay exam experiment file film footage frame genome id image input interview invoice it lecture lesson letter log map
measurement meshes message model movie mp4s note number page paper parameter part photo picture poem reading recipe record reel
report row run rushes sample scan scene seed sequence shard shot song spreadsheet stories story table take tape text tile track
trailer transcript trial vote 东西 书 会议 作业 作文 信息 内容 分片 切片 原片 参数 发票 合同 图 场景 基因组 实验 序列 序号 底片
录像 录屏 录音 影像 影片 成片 批次 报表 数据 文件 文本 文档 日志 样品 样本 样片 案例 档案 模型 歌曲 测量 照片 片子 瓦片 电影
病例 病历 监控 相片 短片 种子 素材 编号 节目 表格 视频 订单 记录 讲座 论文 试卷 读数 课程 账单 账目 资料 这个 这些 采访 镜头
隐私 音频 页码 题目

electricity energy only_from_ only_on_ only_using_ only_with_ power

clean_ electricity energy green_ hydro_ only_ power renewable_ solar_ wind_

close_by near_me nearby 就近 离我近 附近

a_few lots_of many several some 一些 几个 几块 几张 若干

about approximately around roughly 大概 大约 左右 差不多

latency_matters low_latency 低延迟 低时延 延迟要低 时延要低

environment_friendly environmentally_friendly green 低碳 环保 绿色

close_of_business end_of_ eod next_month next_week this_weekend 下个月 周末 年底 月底

_know alert_ call_ e-mail_ email_ message_ notify_ phone_ ping_ remind_ send_ tell_ text_ 做完 叫 告知 告诉 喊 好 完成 提醒
知会 算完 结束 跑完 通知

call e-mail email let_ me my_boss my_colleague my_team our_team phone slack sms text us wechat 一下 一声 大家 微信 我 消息 电话
短信 老板 通知 邮件 邮箱 钉钉 飞书

after begin kick_off kicked_off kicks_off launch no_earlier_than no_sooner_than not_before run start 不早于 从 后 启动 开始
开跑 晚于 最早

: a.m after_ am at_ before_ by_ eight eleven evening five four fri from_ half_past_ half_to_ in_ midday midnight morning next_
nine no_earlier_than_ o'clock oclock on p.m pm quarter_past_ quarter_to_ sat seven six sun ten this_eve three thu tmr today
tomorrow tue twelve two wed 上午 下午 下昼 中午 今儿 今夜 今天 今日 今朝 凌晨 午后 午夜 半夜 后儿 后天 后日 后晌 听日 周 夜里
夜间 头晌 当天 当日 早 时 明儿 明天 明日 明朝 星期 晌午 晚 正午 清晨 点 礼拜 黄昏 ：

each_ every_ nightly once_a_ once_an_ twice_a_ twice_an_ 每

encrypt 加密

g video_memory vram 显存

141 16 24 32 40 48 80 96 g

.blend .ipynb .onnx .yaml .yml image 镜像

allowance bill bound budget cap ceiling charge cost expenditure expense fee fund limit max money outlay price spend tab total

afford agreed allocated allotted approved assigned authorised authorized budgeted come contribute cost earmarked fork_out gave
given gives go granted handed has have hold invest lent offer part_with pay put reserved run set_aside shell_out signed_off
spare spend stretch stump_up

all_in all_told for_ in_all overall the_lot the_whole_lot together total

all_ as_much_as_ everything_ in_it into of_budget the_absolute_limit_of_what_ the_limit_of_what_ the_most_ to_spare to_spend

above beyond exceed greater_than higher_than in_excess_of longer_than more_than over past surpass upward_of upwards_of

call_it_off do_not_bother do_not_do_it do_not_run_it do_not_start don't_bother don't_do_it don't_run_it don't_start drop_it
forget_about_it forget_it it's_off leave_it let_it_be no_deal no_thanks

if_ in_case_ should_

all_of_it all_this batch business lot thing

at for in may must should under

_for _from _in _of _on

account_for allowance be_responsible_for bill blow_out bound budget burn cap carbon ceiling charge co2 cost emission emit
expenditure expense fee footprint fund generate give_off leave_behind let_out limit make max money outlay price produce put_out
release spend tab total use

g kilo t

call_it say

carbon co2 emission footprint greenhouse_gas

account_for be_responsible_for blow_out burn emit generate give_off leave_behind let_out make produce put_out release use

accept agree_to allow authorise authorize give grant insist_on let need permit set stick_to tolerate want

do_not_allow do_not_let don't_allow don't_let mustn't_allow mustn't_let never_allow never_let

are_all are_the_most can_ is_all is_the_most may_ might_

./ .jl .js .pl .py .r .sh .wasm ` account_for be_responsible_for blow_out burn generate give_off it leave_behind let_out make
produce put_out release that this use 「

can could has_to is_allowed_to is_to may might must shall should

be cause come cost emit run spend stay

below beneath down_to inside under within

bring get hold keep

above after as_soon_as_it_hit as_soon_as_it_pass as_soon_as_it_reach as_soon_as_they_hit as_soon_as_they_pass
as_soon_as_they_reach at beyond higher_than in_excess_of longer_than more_than once over past upon upward_of upwards_of
when_it_hit when_it_pass when_it_reach when_they_hit when_they_pass when_they_reach

abandon abort ax break cancel chop cull cut drop end giv halt kill pull quit shut stop terminate time

above after as_soon_as_it_hit as_soon_as_it_pass as_soon_as_it_reach as_soon_as_they_hit as_soon_as_they_pass
as_soon_as_they_reach at beyond higher_than in_excess_of longer_than more_than once over past upon upward_of upwards_of
when_it_hit when_it_pass when_it_reach when_they_hit when_they_pass when_they_reach which_

anything job run task

can_last can_run can_take get has is_allowed is_given is_limited_to is_to_run is_to_take may_last may_run may_take may_use
must_be_done_in must_be_done_within must_be_limited_to must_be_over_in must_be_over_within must_end_in must_end_within
must_finish_in must_finish_within should_be_limited_to should_run should_take

a every no

all_ each_ individually_

abandoned aborted cut dropped ended given_up halted killed stopped taken_down terminated

abandoned aborted axed canceled cancelled cut dies dropped ended expire given_up halted killed shut_down stopped taken_down
terminated time_out timed_out times_out

aborted axed canceled cancelled cut dies dropped ended expire given_up halted it killed one shut_down stopped taken_down
terminated them time_out timed_out times_out

if in_case should when

task_of tasks_of

./ .jl .js .pl .py .r .sh .wasm ` 「

above beyond exceed greater_than higher_than in_excess_of longer_than more_than over past upward_of upwards_of

before_they_ before_we_ before_you_

task

cap ceiling limit max time

application attempt audio ballot batches book case chapter chunk clip copies copy dailies data docs document drawing e-mail
email entries entry episode essay exam experiment file film footage frame genome id image input instance interview invoice item
job lecture lesson letter log map measurement meshes message model movie mp4s note number one page paper parameter part photo
picture piece poem reading recipe record reel report row run rushes sample scan scene seed sequence shard shot song spreadsheet
stories story straggler table take tape task text tile track trailer transcript trial vote work 东西 书 会议 作业 作文 信息
内容 分片 切片 原片 参数 发票 合同 图 场景 基因组 实验 序列 序号 底片 录像 录屏 录音 影像 影片 成片 批次 报表 数据 文件 文本
文档 日志 样品 样本 样片 案例 档案 模型 歌曲 测量 照片 片子 瓦片 电影 病例 病历 监控 相片 短片 种子 素材 编号 节目 表格 视频
订单 记录 讲座 论文 试卷 读数 课程 账单 账目 资料 采访 镜头 隐私 音频 页码 题目

aborted at_the_outside axed budget canceled cancelled cap ceiling cut dies dropped ended expire given_up halted it killed max
most no_more not_a_ not_more one or_below or_fewer or_less or_under shut_down stopped taken_down terminated them time_out
timed_out times_out tops upper_bound 为限 以下 内 封顶

/ a every for_one per

at_the_outside budget cap ceiling limit max most no_more not_a_ not_more not_one_ or_below or_fewer or_less or_under time_out
timeout tops upper_bound 为限 以下 内 封顶

each every

< above and_nothing_ at_most at_the_most at_the_outside at_the_very_most at_very_most below beneath beyond bound_ cap_
capped_at capped_to ceiling_ confined_to down_to exceed fewer_than greater_than held_at held_to higher_than in_excess_of inside
kept_at kept_to less_than limit_ limited_at limited_to longer_than lower_than max more_than no_later_than over past pegged_at
pegged_to restricted_at restricted_to surpass under up_to upward_of upwards_of with_nothing_ within ≤ 低于 压在 多于 大于 封顶
小于 少于 控制在 撑死 最多 最长 最高 满打满算 短于 至多 超 长于 限 顶多 顶天 高于

time_out timeout

hung_ones laggards slow_ones stragglers stuck_ones

after at beyond past

_cap_ _limit_ _maximum_ _time_out_ _timeout_ -cap_ -limit_ -maximum_ -time_out_ -timeout_

_hour _min _sec -hour -min -sec

_urgency -urgency a_absolute_emergency a_emergency a_medical_emergency a_real_emergency a_true_emergency ahead_of_
an_absolute_emergency an_emergency an_medical_emergency an_real_emergency an_true_emergency at_the_front_of_the_
at_the_head_of_the_ at_the_top_of_the_ can_not_wait can't_wait cannot_wait chop_chop chop-chop drop_everything express hurry
in_front_of_ life_and_death life_and-death life-and_death life-and-death line lives_depend_on_it must_not_wait mustn't_wait
no_time_to_lose not_a_minute_to_lose not_a_moment_to_lose not_a_second_to_lose precedence pressing prio queue rush
time_critical time-critical to_the_front_of_the_ to_the_head_of_the_ to_the_top_of_the_ top_of_the_list top_of_the_pile urgent
won't_wait

_wait a_background_job a_background_task any_day any_hour any_moment any_time anytime anywhere as_long_as_ at_your_ haste hurry
if_it_suits_the_network if_it_suits_you in_your_ no_one_is_ no_one's_ no-one_is_ no-one's_ nobody_is_ nobody's_
on_the_back_burner pressed_for_time pressing pressure prio rush some_time sometime somewhere stress take_all_the_time
take_your_time time_critical time-critical urgency urgent whatever_day whatever_hour whatever_moment whatever_time when
wherever

bargain bottom_ cheap_as_ cheaper cheapest cheaply_as_ cut_down_on cutting_down_on economical_as_ economically_as_ economise_on
economize_on frugal_as_ frugally_as_ go_easy_on inexpensive_as_ inexpensively_as_ least_ less_expensive little_ low_
low-cost_as_ lower_the_bill lower_the_cost lower_the_price lowest_ lowest-cost lowest-price minimal_ minimise minimising
minimize minimizing minimum_ most_economical reduce reducing rock_bottom-cost rock_bottom-price rock-bottom-cost
rock-bottom-price save_ saving_ short_ small_ smallest_ thrifty_as_ tiniest_

better fast_as_ fastest full_speed full-speed happier max_speed max-speed maximum_speed maximum-speed merrier minimised
minimized prompt_as_ promptly_as_ quick_as_ quickest quickly_as_ rapid_as_ rapidly_as_ run_time runtime soon_as_ speediest
speedily_as_ speedy_as_ swift_as_ swiftest swiftly_as_ time_to_finish to_be_minimise to_be_minimize to_minimise to_minimize
top_speed top-speed turnaround waiting_time

bottom_ clean climate_friendly climate-friendly cut_down_on cutting_down_on eco_friendly eco-friendly economise_on economize_on
environmentally_friendly go_easy_on green least_ little_ low_ low-carbon lowest_ lowest-carbon lowest-emission minimal_
minimise minimising minimize minimizing minimum_ reduce reducing save_ saving_ short_ small_ smallest_ sustainable sustainably
tiniest_

better bottom_ close_as_ cut_down_on cutting_down_on economise_on economize_on go_easy_on happier least_ little_ low_
low-latency_as_ lowest_ lowest-latency lowest-ping merrier minimal_ minimise minimising minimize minimizing minimum_
most_responsive near_as_ reduce reducing responsive_as_ save_ saving_ short_ small_ smallest_ tiniest_

above_all all_important all-important before_all chief_ concern consideration first king main_ most number_one_ only_ paramount
preferred priority the_point thing top_ what_counts what_matters wins

bill cost expense fee money outlay price rate spend

run_time_ runtime_ speed_ time_to_finish_ turnaround_ waiting_time_

carbon climate_impact co2 emission footprint green sustainability

delay lag latency ping response_time round_trip round-trip

best_performance breakneck_speed flat_out full_speed full_steam_ahead full_throttle greatest_speed highest_performance
highest_speed max_speed maximum_speed speed_above_all speed_first speed_is_above_all speed_is_first speed_is_matters
speed_is_of_the_essence speed_matters time_is_of_the_essence top_speed utmost_speed

don't_splurge don't_waste_any_money don't_waste_money for_the_cheap least little minimum on_the_cheap

clean_ cleaner_ cleanest_ green_ greener_ greenest_ hydro_ renewable_ solar_ wind_

current_ electricity_ energy_ grid_ juice_ mix_ power_

as_close as_near best_ close_to_ delay lag latency lowest_ minimal_ minimum_ near_to_ ping shortest_ smallest_

irrelevant neither_here_nor_there not_important not_so_important not_that_important not_very_important of_no_concern
of_no_importance second unimportant

carbon_ cost_ costs_ emissions_ latency_ money_ place_ price_ prices_ speed_ time_ where_it_runs_

broke hard_up limited poor scarce short skint tight

budget cash i_am_ i'm_ money purse we_are_ we're_

above_all

carbon cheap fast green latency price quick speed

app binaries binary cmd code command executable job module notebook program routine script software svc sw task thing tool work

appl bring bung calculat call carry chuck crank do execut feed fire fit get give go handl hav invok kick launch let operat pass
perform pip pop process pump put run see send set shove slot squeez start stick tackl tak throw toss try us work

are can could deserve get has have is may might must need ought require shall should want would_like

built calculated call carried_out compiled completed computed deploy do evaluated execute executing finished go handled happen
host launch loose out_of_the_way over_with performed process ran rendered run serve simulated solved sorted_out start through
trained type use worked_out

built calculated carried_out compiled completed computed done evaluated executed finished go handled happen launched loose
out_of_the_way over_with performed processed ran rendered run simulated solved sorted_out started through trained worked_out

stop

arrange_for ensure make_sure organise_for organize_for see_that see_to_it_that

ask_of_you ask_you beg_of_you beg_you implore_of_you implore_you request_of_you request_you urge_of_you urge_you

are_already_waiting are_still_waiting are_waiting is_already_waiting is_still_waiting is_waiting

_

allow_me_to_ allow_us_to_ ask_you_for ask_you_to_do ask_you_to_run bother_you_for bother_you_to_do bother_you_to_run excuse_
forgive_ i_am_so_sorry_to_ i_am_sorry_to_ i_am_very_sorry_to_ i'm_so_sorry_to_ i'm_sorry_to_ i'm_very_sorry_to_ it_would_
pardon_ permit_me_to_ permit_us_to_ trouble_you_for trouble_you_to_do trouble_you_to_run we_are_so_sorry_to_ we_are_sorry_to_
we_are_very_sorry_to_ we're_so_sorry_to_ we're_sorry_to_ we're_very_sorry_to_

ask_for ask_that ask_you_to boldness bother can_i_ can_we_ could_i_ could_we_ delight_me delight_us disturb_you disturbance
english french gladden_me gladden_us haste help_me help_us honor_me honor_us honour_me honour_us ignorance intrusion may_i_
may_we_ might_i_ might_we_ please_me please_us request_for request_that request_you_to trouble typos

no_matter_ regardless_of_ whatever_

answer i_can_wait it_can_wait outcome output result we_can_wait

collect get have hold look_at obtain receive see till until

await call_for calls_for need require want

ing

if_one_ if_somebody_ if_someone_ if_we_ if_you_

could_run did executed got had launched processed put ran started would_run

care_what care_where care_which care_who does_not_matter doesn't_matter mind_what mind_where mind_which mind_who up_to_you
you_choose you_decide you_pick your_call your_choice

as_ because_ given_that_ or_else_i_am_ or_else_i'll_be_ or_else_i'm_ or_else_we_are_ or_else_we'll_be_ or_else_we're_ or_i_am_
or_i'll_be_ or_i'm_ or_we_are_ or_we'll_be_ or_we're_ since_

_am _are _is 'm 're 's 've dead done_for doomed finished fired in_big_trouble in_deep_trouble in_trouble late ruined sacked
sunk toast

changing converting encoding making turning

* all everything my our the those

feed pass pump push put run send shove

through to

beg need request require want wish would_like

* ./ .jl .js .pl .py .r .sh .wasm ` her his its their 「

confine hold keep leave restrict

in to

'd_be_ i_should_ i_would_ i'd_ we_should_ we_would_ we'd_ wondering_if wondering_whether would_be_

asked_me_to_ asked_us_to_ executing execution run said_to_ say_to_ says_to_ tells_me_to_ tells_us_to_ told_me_to_ told_us_to_
wants_me_to_

ask_for for_ in_ run say tell_you to_ type use write

answer findings outcome output result

back before by due in needed no_later ready wanted

across_your_ at_your_ by_your_ in_your_ on_your_ to_your_ with_your_

boxes computer end hardware infrastructure kit machine network node server side system

across along onto over_all_of through

answer completion computation execution outcome output result run

for from of

answer outcome output result

's

in_my_ in_our_ on_my_ on_our_ to_me to_my_ to_our_ to_us with_me with_us

before by desk hand in lap table

batch lot w/

also arch cmd command core cpu data due duration file finish gpu hardware host hw input job machine mem near over place product
ram region script service software svc sw task time trust user where work

: =

_by_ _through_ _using_ _via_ _with_

a_ any_ some_ the_ your_

across at for on over through to with

feed give hand pass pipe process pump push put run send shove stuff take throw

at by through to via

be_applied chew churn comb cope deal go grind look loop loose march munch pass plough read run step sweep work

_across _along _at _on _over _through _to _up _with

args argument data file input items on over to_process

-> : = are from is

a_job_ a_run_ a_task_ one_job_ one_run_ one_task_

a_ an_ each_ for_every_ per_ to_every_

all each every_one

for_ on_ over_ to_ with_

all each every

from in of under

directory_ folder_

ach very

all everything the_lot whatever_is

from in under

counted numbered

- through till to ~ –

copies_of_ repeats_of_ repetitions_of_ replicates_of_ runs_of_

./ .jl .js .pl .py .r .sh .wasm ` it that this 「

copies

as in

1

times x ×

batches case copies frame indices item no numbers parts run sample seeds task trial

- .. through till to ~ –

are_ attached_ enclosed_ sending_ sent_ the_accompanying the_appended the_attached the_enclosed the_following the_included
these those uploaded_

_with_this appended attached enclosed included sending sent uploaded

application audio ballot batches book case chapter chunk clip dailies data docs document drawing e-mail email entries entry
episode essay exam experiment file film footage frame genome id image input interview invoice item lecture lesson letter log
map measurement meshes message model movie mp4s note number page paper parameter part photo picture poem reading recipe record
reel report row run rushes sample scan scene seed sequence shard shot song spreadsheet stories story table take tape text the_
tile track trailer transcript trial vote 东西 书 会议 作业 作文 信息 内容 分片 切片 原片 参数 发票 合同 图 场景 基因组 实验
序列 序号 底片 录像 录屏 录音 影像 影片 成片 批次 报表 数据 文件 文本 文档 日志 样品 样本 样片 案例 档案 模型 歌曲 测量 照片
片子 瓦片 电影 病例 病历 监控 相片 短片 种子 素材 编号 节目 表格 视频 订单 记录 讲座 论文 试卷 读数 课程 账单 账目 资料 采访
镜头 隐私 音频 页码 题目

3gp avi flv m4v mkv mov mp4 mpeg mpg mts mxf vob webm wmv

.

batches cases chapters copies files frames images items numbers pages parts pupils runs samples scenes seeds steps students
tasks trials

- to –

them these those

across_ for_ on_ over_ through_ to_ with_

hosts operators owner parties people providers

check compare comparing confirm each_other match one_another verified verify

duplicate repeat replicate verify

another different distinct independent separate various

hosts operators owner parties providers

by_getting by_having by_letting cross_check cross-check crosscheck double_check double-check doublecheck i_do_not_believe
i_do_not_trust i_don't_believe i_don't_trust quadruple_check quadruple-check quadruplecheck through_getting through_having
through_letting triple_check triple-check triplecheck we_do_not_believe we_do_not_trust we_don't_believe we_don't_trust
with_getting with_having with_letting

analysis generation language live medical radiology scan stream text web

_on _up arrange establish maintain need offer open operate provide supply want

24/7 24x7 at_all_hours available day_and_night hosted live on_air online round_the_clock running standing_by switched_on up

called_for desired needed requested required wanted

always_on always-on available bring fire get have keep kept_running live online put set spin stand start up

api backend daemon service web_app web_site webapp website

as_ like_

deployed deploying exposed exposing hosted hosting operate published publishing served serving

service

`

in_production to_production

_can_ _could_ _may_ as_you_ when_you_ while_you_

access_ deploy get_at_ host open_ reach_ run see_ serve try_ use_

copies instance replica

< above and_nothing_ at_the_outside below beneath beyond bound_ cap_ capped_at capped_to ceiling_ down_to exceed fewer_than
greater_than held_at held_to higher_than in_excess_of inside it_at it_to kept_at kept_to less_than limit_ limited_at limited_to
longer_than lower_than max more_than most no_later_than or_fewer or_less over past pegged_at pegged_to restricted_at
restricted_to surpass that_at that_to them_at them_to this_at this_to tops under up_to upward_of upwards_of with_nothing_
within ≤ 低于 压在 多于 大于 封顶 小于 少于 控制在 撑死 最多 最长 最高 满打满算 短于 至多 超 长于 限 顶多 顶天 高于

- and to ~ –

at_least min

at_most max up_to

_at_most _at_the_most _max _tops

port

for to

ask_for asks_for call_for calls_for cpu demand eat fits_in get give_each give_it give_them give_this gpu hardware has have hw
like need occupies occupy on ram require take use using w/ want with

20 30 40 50 910 a10 a16 a6000 a800 b100 card core cpu dual g h100 h800 l4 mb mi210 mib p100 pair quad rtx t4 tb thread tib v100

_core -core

dual eight four hexa octa one quad single six twelve two

core cpu processor thread

a for_every per

gib mib tib

* x ×

accelerator card gpu ones

_any_ any_accelerator_ any_accelerators_ any_card_ any_cards_ any_gpu_ any_gpus_ any_graphics_card_ any_graphics_cards_
any_ones_

accelerator at_all card gpu ones will_do

aarch64 arm

amd64 intel_64 x64 x86

accredited approved certified reputable trusted trustworthy vetted vouched

box computer data_center data_centre datacenter datacentre hardware host machine node ones operator places provider server
supplier vendor 主机 供应商 厂商 商家 提供商 提供方 数据中心 服务商 服务器 服务方 机器 机子 机房 算力 节点 设备 运营商

exclusively just no_machine_but no_machines_but no_node_but no_nodes_but no_one_but no_ones_but none_but nothing_but
nowhere_but only purely solely strictly trust

can_ may_ must_ shall_ should_

_can_ _may_ _must_ _should_

accredited approved box certified computer data_center data_centre datacenter datacentre hardware host machine node ones
operator places provider reputable server supplier trusted trustworthy vendor vetted vouched 主机 供应商 厂商 商家 提供商
提供方 数据中心 服务商 服务器 服务方 机器 机子 机房 算力 节点 设备 运营商

anonymous_ dubious_ random_ shady_ strange_ unknown_ unvetted_

box computer data_center data_centre datacenter datacentre forbidden hardware host machine node not_acceptable not_allowed
not_an_option not_ok ones operator out places provider server supplier unacceptable vendor 主机 供应商 厂商 商家 提供商 提供方
数据中心 服务商 服务器 服务方 机器 机子 机房 算力 节点 设备 运营商

classified confidential private secret sensitive

audience bidders branch buyers campus citizens client clinic colleague companies company customer diners doctor driver
employees engineer everybody everyone factories factory fans farmers fishermen folks followers friends gamer growers guests
hospital kids lab listeners members nurse office operator patient people plant player professor pupil radiologists readers
reporters researcher residents rider sailors school shop spectators staff store student subscribers teacher team tourist
traders traveler traveller universities university user viewer visitor warehouse 主播 主管 乘客 乡亲 买家 产区 产线 人 仓库
企业 会员 使用者 信众 兄弟 公司 剪辑 助理 医生 医院 单位 厂区 厂里 司机 同事 同学 听众 员工 商家 团队 大神 学姐 学校 学生 学长
孩子 实验室 客户 室友 家长 宿舍 导师 导演 居民 工厂 工程师 市民 师傅 师兄 师姐 师生 店铺 患者 护士 摄影 教授 旅客 朋友 机房
村民 校园 游客 玩家 班里 用户 甲方 研究所 科室 粉丝 组 编导 网友 老师 老板 考生 观众 访客 访问者 诊所 读者 财务 质检员 车主
车间 运维 部门 门店 顾客 领导 骑手

across around at by from in near of throughout

for_a_ for_an_ for_my_ for_our_ for_the_

in_

audience client customer player reader user viewer visitor

-> : = are from in is

beside by close near next_to

it that them there

beside close near next right

_is_where_

_are _come_from _comes_from _is _lie _live _sit

adjacent_to around beside close_by close_to in_the_neighborhood_of in_the_neighbourhood_of in_the_vicinity_of near next_to
not_far_from within_reach_of

millisecond ms

answer delay first_token lag latency ping reach replies reply response round_trip round-trip rtt ttft 响应 延迟 往返 时延 来回
首字

reach_

alone and_nowhere_but_there exclusively nowhere_else only or_nowhere please solely

exclusively just no_machine_but no_machines_but no_node_but no_nodes_but no_one_but no_ones_but none_but nothing_but
nowhere_but only purely solely strictly

borders_of_ province_of_ state_of_

are_to has_to have_to is_only_to is_to may_only must need_to needs_to shall should

confine hold keep leave limit restrict

_held _kept _living _remaining _resident _staying _stored

exit get_out_of go_beyond go_out leave moved_out_of sent_out_of taken_out_of

n't_ never_ not_

apart_from avoid away_from bar but except exclude excluding n't never no other_than out_of skip stay_clear_of steer_clear_of
without

all_places all_provinces all_regions any everywhere wherever

apart_from bar but except not other_than outside save

do_not_care_where do_not_mind_where don't_care_where don't_mind_where where_doesn't_matter where_is_fine where_you_like
wherever_doesn't_matter wherever_is_fine wherever_you_like

not

budget cost price 价格 开支 开销 总价 总费 总额 成本 投入 报价 支出 款项 经费 花费 花销 账 费用 资金 造价 金额 钱 预算 额度

< above and_nothing_ at_most at_the_most at_the_outside at_the_very_most at_very_most below beneath beyond bound_ cap_
capped_at capped_to ceiling_ down_to exceed fewer_than greater_than held_at held_to higher_than in_excess_of inside kept_at
kept_to less_than limit_ limited_at limited_to longer_than lower_than max more_than no_later_than over past pegged_at pegged_to
restricted_at restricted_to surpass under up_to upward_of upwards_of with_nothing_ within ≤ 为 低于 到 在 多于 多出 大于 封顶
小于 少于 撑死 最多 最大 最晚 最长 最高 满打满算 短于 突破 至 超 过 进 逾 长于 限 顶多 顶天 顶破天 高于

一共 一块 一起 下来 全部 共计 合计 总共 总计 拢共 整个 起来 通共

上限 时限 碳 经费 费用 预算

下 个 了 条

一共 上头 仅 俺 兜里 公司 单位 卡里 厂里 口袋里 只 咱 奶奶 媳妇 学校 客户 家里 导师 就 店里 总共 我 所里 手上 手头 手里 才 拢共
校里 满打满算 爷爷 甲方 组里 老公 老婆 老师 老板 腰包里 课题组 财务 账上 这边 钱包里 院里 项目 领导

付 凑 出 剩 愿意花 愿花 批 拨 掏 攒 有 给 肯花 能花 花得起

上限 为度 为限 为顶 之下 以下 以里 内 到头 到顶 卡死 封死 封顶 打住 撑死 极限 止 里头 里边 顶天 顶格 顶死

付 出 批 承担 掏 用 给 花

为上限 为封顶 为度 为限 为顶 作上限 作封顶 作度 作限 作顶

以

budget 经费 预算

一 任何 任务 任意 单 各 哪 每

/ 一 每

个 人 份 位 例 卡 台 名 块 帧 张 条 核 段

不 没

也 都

再多 多花 多要 破线 突破 超 越线

不 严禁 别 勿 嫑 甭 禁止 莫 覅

co2 碳

产生 带来 排 放 烧

carbon co2 排放 碳

g t 两 克 吨 斤

上限 指标 红线 配额 限量 限额 预算 额度

co2 排放 碳

上限 指标 配额 限额 预算 额度

排 放

压 控 限

以下的co2 以下的二氧化碳 以下的碳 内的co2 内的二氧化碳 内的碳

co2 kg 克 公斤 碳

一共 一块 一起 下来 全部 共计 前后 合计 总体 总共 总时间 总用时 总耗时 总计 拢共 整个 整体 起来 通共

再慢也得 再慢也要 控制在 最慢 最晚 最迟 至迟 限

内 里

工期 时间 时限 期限 限时 限期

在此 在这 在那

前

< above and_nothing_ at_most at_the_most at_the_outside at_the_very_most at_very_most below beneath beyond bound_ cap_
capped_at capped_to ceiling_ down_to exceed fewer_than greater_than held_at held_to higher_than in_excess_of inside kept_at
kept_to less_than limit_ limited_at limited_to longer_than lower_than max more_than no_later_than over past pegged_at pegged_to
restricted_at restricted_to surpass timeout under up_to upward_of upwards_of with_nothing_ within ≤ 不许 为 低于 到 卡 只准
只给 只能 只让 只许 在 多于 多出 大于 封顶 小于 少于 撑死 最多 最大 最晚 最长 最高 满打满算 短于 突破 至 超 过 进 逾 长于 限
顶多 顶天 顶破天 高于

kill 不等了 不要了 中止 作罢 停 别等 即止 干掉 打住 掐 断 杀 砍 终止 结束

出来 好 完 结束

不 未 没

的task 的任务 的作业

超 过

一个任务

timeout 超时

到时 到点 卡住 卡死 死循环 超了 超时 跑飞

kill 不等了 不要 中止 作罢 停 别 即止 干掉 打住 掐 断 杀 甭 砍 终止 结束

时限 超时 限时

< ≤ 上限 时限 限时

周期 工时 时长 时间 机时 用时 耗时

占 干 弄 得 持续 搞 整 是 渲 熬 用 算 耗 花 要 训 费 跑 运行 需

~ ≈ 一般 估摸 估计 兴许 可能 基本 大概 大致 差不多 平均 平时 应该 往常 怕是 恐怕 我估 正常 看样子 约 通常 预估 预计

上下 光景 左右 的功夫 的工夫 的样子 的活 的量

不具紧迫 不紧迫 久 什么时候 从容 优先 优哉游哉 何时 余力 佛系 催 几时 几点 可 后延 哪会儿 哪天 啥时 啥辰光 富余 工期 延后 徐徐
忙 急 悠着 慌 慢 拖 排到后 排到最后 排后 排在后 排在最后 排最后 排队 推后 方便 日程 时间 晚 暂缓 猴年马月 空 等 级别 缓办 缓缓
能 让人家 让其他人 让别人 让别家 让大家 赶 迟 闲 随缘

p-0 p0 一刻不能拖 一刻不能耽误 一刻也不能拖 一刻也不能耽误 一刻都不能拖 一刻都不能耽误 不能再等 不能等 事不宜迟 人命关天
人命的事 从速 优先 先于一切 刻不容缓 加个塞 加塞 向前挪 向前排 向前提 向前插 往前挪 往前排 往前提 往前插 急 性命攸关 拖不得
挪到 挪在 排到 排在 排第一 提到 提在 插个队 插到 插在 插队 放到 放在 救命用 朝前挪 朝前排 朝前提 朝前插 火烧眉毛 火速 等不及
等不得 等不起 等着救命 紧 级别 耽误不得 调到 调在 迫在眉睫

快些 快快 快点 抓紧 赶快 赶紧 速 麻利 麻溜

低碳 减排 双碳 环保 绿色 节能

倡导 关心 号召 响应 在意 推崇 推行 提倡 支持 注重 落实 要求 讲 践行 重视 鼓励

少花点 悠着点花 省着点 能便宜一点 能便宜些 能便宜点 节约着点 节约着用

工期 抢活 抢进度 抢预报 日程 时间 期限 来不及了 档期 赶活 赶进度 赶预报

不得了 不成 不行 卡 延迟 流畅 顺畅

手头 经费 贵冇所谓 贵啲冇所谓 贵点冇所谓 费用 资金 钱 预算

最紧要够快 最紧要夠快 最紧要快 最紧要系够快 最紧要系夠快 最紧要系快

最紧要便宜 最紧要够平 最紧要平 最紧要系便宜 最紧要系够平 最紧要系平

什么时候 何时 几时 唔急 唔赶 啥时 慢慢嚟

不 唯恐 心里没底 怕 担心

不差钱 不挑卡 不挑地方 不挑地点 不挑型号 不挑时间 不挑机器 不挑节点 不管价格 不管价钱 不管多少钱 不管花多少 什么地方 什么型号
任意型号 何种型号 哪 啥地方 啥型号 型号不拘 型号不挑 型号不论 型号不限 甭管多少钱 甭管钱 花多少也 花多少都 要多少也 要多少都 贵
钱不成 钱不是 钱不算 钱也不成 钱也不是 钱也不算 钱管够 钱都不成 钱都不是 钱都不算 预算不设限 预算不限 预算充足 预算没上限
预算没有上限 预算管够

cheap cost first price 为要 为重 主要 些 价 低廉 便宜 倾向 偏好 先 划算 取向 唯一 图 头一个 头等 宗旨 实惠 尽可能 尽量 开支
开销 当头 成本 支出 最 点 省 第一 经济 能low 能低 能多 能小 能少 能有多 节约 花费 花销 要紧 费用 越好 重要 钱 首要

cheap cost no price 一心 为主 为先 为王 主要 什么 价 优先 但 低廉 何处 便宜 关心 其次 划算 单 只 咋 哪 啥地方 图 在乎 多 头一位
头等 如何 实惠 就 开支 开销 往后排 怎么 怎样 成本 支出 最关键 最要紧 最重要 次之 次要 求 省 看重 第一 第二 经济 至上 节约 花费
花销 讲究 谁 费用 钱 靠后 首位 首要 首选

fast first speed 为要 为重 主要 倾向 偏好 先 取向 唯一 图 头一个 头等 宗旨 少一些 少一点 少些 少点 尽可能 尽量 工期 当头 快
时效 时间 最 用时 短一些 短一点 短些 短点 第一 耗时 能多少多 能多少就多 能多短多 能多短就多 能少则 能少多 能少就 能有多少多
能有多少就多 能有多短多 能有多短就多 能短则 能短多 能短就 要紧 越少越好 越短越好 迅速 进度 速度 重要 首要

carbon co2 first green 为要 为重 主要 倾向 偏好 先 取向 唯一 图 头一个 头等 宗旨 尽可能 尽量 干净 当头 排放 最 清洁 环保 碳
第一 绿 能多 能有多 要紧 越好 重要 首要

carbon co2 green no 一心 为主 为先 为王 主要 些 什么 优先 但 何处 关心 其次 单 只 咋 哪 啥地方 图 在乎 多 头一位 头等 如何 就
尽可能地low 尽可能地低 尽可能地小 尽可能地少 尽量low 尽量低 尽量地low 尽量地低 尽量地小 尽量地少 尽量小 尽量少 干净 往后排 怎么
怎样 排放 最 次之 次要 求 清洁 点 环保 看重 碳 第一 第二 绿 能low 能低 能小 能少 至上 讲究 谁 越lower越好 越low越好 越低越好
越小越好 越少越好 靠后 首位 首要 首选

latency ping rtt 为要 为重 主要 优先 倾向 偏好 先上 先来 取向 响应 唯一 在先 头等 宗旨 延时 延迟 当头 往返 时延 最low 最低 最大
最小 最少 最短 第一 要紧 重要 首要

为主 为先 优先 光伏 可再生能源 太阳能 少排些碳 少排点碳 新能源 水电 清洁电 清洁能源 绿电 绿能 绿色电 绿色能源 风电 风能

尽可能近 尽量近 最近 能多近多近 能多近就多近 能多近就有多近 能多近有多近 能有多近多近 能有多近就多近 能有多近就有多近
能有多近有多近 越近越好

人 大家 学生 客户 玩家 用户 观众

speed_first 头等大事 最要紧 最重要 王道 第一

这 那

avi bam csv dicom fastq jpeg jpg json log mkv mov mp3 mp4 pdf png tif txt wav xls 会议 切片 动画 原始 原片 发票 合同 图 婚礼
录像 录音 影像 影片 手术 扫描件 报表 数据 文件 文档 日志 旧 样本 档案 歌 测序 照片 片子 病例 病历 监控 相片 短片 素材 老 胶片
节目 表格 视频 讲座 讲课 论文 访谈 课件 课程 账单 资料 采访 镜头 音频

上传 传来 传过来 发来 发过来 寄来 附上 附件 随信附来 随附

的

传 发 寄 带 放 给 贴 送 递 附 随信

avi bam bin bmp cr2 csv dat dcm dng doc edf exr fa fit flac gif gpx gz h5 heic htm jpeg jpg json kml las log md mkv mov mp3 mp4
mpeg mpg mxf nc nef nii npy npz obj ogg parquet pdb pdf ply png ppt shp sql srt stl svg tif ts txt vcf wav webm webp xls xml
yaml yml zip

下 里

/ 文件夹 目录

文件夹 目录

于 在 是

copies copy 份 共 路

一一 一个 分别 各 喂给 挨个 每个 每份 逐个

一块 一并 一律 一股脑 全 整个 统一 统统 通通

修 做 压 处理 弄 渲 用 算 要 跑 转 过 重新编码

全 分别 各 挨个 每个 第 逐个 都

- ~ 例 到 号 帧 张 批 条 段 组 至 集 页 题

任务名 作业名 名字 名称

: 为 叫 是

不拘 不挑 不限 任意 无所谓 随便 随意

卡 地区 地方 地点 型号 机器 机房 省份 节点

cpu

gpu 加速卡 显卡 算即可 算就中 算就好 算就成 算就行 跑即可 跑就中 跑就好 跑就成 跑就行

cpu 不 别 无需 甭

到 至

一 七 三 九 二 五 八 六 十 千 四 百

seed 参数 工况 序号 样本 种子 编号 跑 重复

- ~ 到 至

) ）

1 2 3 4 5 6 7 8 9

这一个 这一条 这一行 这个 这条 这行 那一个 那一条 那一行 那个 那条 那行

listen 以 就 限

个 处 套 起来 路

开 弄 搞 搭 支 整 架 设 起

每

core g 核

发起 启动 开启 拉起 搁 摆 调用

budget command cpu gpu input job memory program python script task wasm 产品 任务 位置 作业 内存 取向 名称 吞吐 命令 地域 地点
处理器 对象 工时 截止 所需 指令 时长 时间 时限 显卡 期限 机器 格式 模块 活 用时 目标 程序 紧急度 级别 经费 脚本 节点 花费 要求
规格 费用 资源 输入 配置 量 需求 预算

上 分 占 安排 带 得 挂 搞 放在 整 有 来 每 用 申请 给 装 要 跑在 配 限 需 须

20 30 40 50 910 a10 a16 a6000 a800 b100 core g h100 h800 l4 mi210 p100 rtx t4 v100 vcpu 卡 块 张 核 片

core vcpu 块 张 核 片

个 块 张 枚 片

块 张 片

* x × 个 块 张 片

个核

核

memory ram 内存

吃内存 耗内存 费内存

不够 不行 会爆 吃不消 带不动 要崩 跑不了 跑不动 跑不起来 转不动

certified trusted vouched 优先 作保 保证 信得过 信誉好 做保 受信 受到信任 可信 审核 担保 有信誉 背书 被信任 认可 认证 资质
靠得住 靠谱

certified trusted vouched 优先 作保 保证 信得过 信誉好 做保 受信 受到信任 可信 审核 尽量 担保 最好 有信誉 背书 能 被信任 认可
认证 资质 靠得住 靠谱

了 做好没 做完没 弄好没 弄完没 算好没 算完没 跑好没 跑完没

certified trusted vouched 作保 保证 信得过 信誉好 做保 受信 受到信任 可信 审核 担保 有信誉 背书 被信任 认可 认证 资质 靠得住
靠谱

box computer data_center data_centre datacenter datacentre hardware host machine node operator provider server supplier vendor
主机 供应商 厂商 商家 地方 提供商 提供方 数据中心 服务商 服务器 服务方 机主 机器 机子 机房 环境 算力 节点 设备 运营商 那些 那种

其他 其余 其它 别的 剩下的

不使用 不可 不用 不考虑 不行 不要 免谈 别去 别用

不一样 不同 不相关 不相干 不认识 互不关联 互不相识 互不隶属 无关 没关系 独立 素不相识

家 方

做 执行 算 跑 运行

不同 互不相干 独立

业主 主人 主体 供应商 单位 厂商 家 归属 所有者 拥有者 持有人 持有者 提供商 提供者 方 服务商 服务器 机主 机器 机子 机构 老板
节点

互校 互核 互验 印证 复核 对 得数 校验 核一核 核核 比一下 比一比 比比 比较 答案 结果 输出 验证

同一个 同一份 复核 复算 校验 验证

上传 下载 优化 保护 修复 修改 停掉 关闭 分享 删除 备份 复制 学习 安装 审查 归档 打开 找 收藏 查看 检查 注释 测试 监控 看一下
看下 看看 移动 编辑 翻译 解释 讲解 评价 评审 试试 读一下 调试 重启 锁定 阅读

另议 好用 对不对 待定 快不快 怎么样 有没有问题 看情况 看着办 看行情 行不行 视情况 贵不贵 难不难 面议

在执行 在跑 在运行

前 够不够 够么 够吗 够用么 够用吗

既

又

代码 叫 名为 文件 模块 程序 脚本

.jl .py .r .sh assembly python shell wasm

./ cargo ffmpeg g++ gcc java julia make mpirun node npm python rscript sh torchrun

上万元 上万块 上千元 上千块 上班时间 上百元 上百块 办公时间 工作时间 开玩笑 想一想 想想 犹豫 琢磨琢磨 算了 考虑考虑 营业时间

service 服务

` 「

24小时 7x24 service 一直 不间断 全天候 公共 可以 在线 天天 对外 常开 常驻 开着 持续 挂着 放着 服务 线上 网上 能 跑着 都 长期
长驻 随时

generate scan stream 医学影像 影像分析 扫描 文本生成 直播

serve 上线 做 办 发布 启用 建 开 弄 挂上去 挂上网 挂出去 挂到网上 挂着 搞 搭 整 设 起 部署

port 口

listen

instance replica 副本 实例

>= at_least at_the_least at_the_very_least at_very_least min no_fewer_than no_less_than not_fewer_than not_less_than ≥ 下限
不下于 不低于 不小于 不少于 不得低于 不得少于 不能少于 最低 最小 最少 至少 起码

>= at_least at_the_least at_the_very_least at_very_least min no_fewer_than no_less_than not_fewer_than not_less_than ≥ 不下于
不低于 不小于 不少于 不得低于 不得少于 不能少于 最低 最小 最少 至少 起码

保底 打底 起步

一定 一律 也 仅 全 务必 只 得 要 请 都 限 非 须

内

不可 不成 不用 不考虑 不能去 不行 不要 不许 免谈 别去 别用

其他 其余 其它 出了 别 另外 旁的 除此之外

出了 离开 过了 除了

不可以 不成 不行 不要 免谈 别去 别跑

外

出 离

将 把 让

国外 境外 海外

不准 不能 不要 不许 别 勿 甭 莫

以 位于 限

不

决不 切勿 切莫 千万不 千万别 可不能 可别 绝不

出 离开 跑到外面

东西 他们 内容 它 数据 文件 资料

境内 市内 省内 范围内

于 在

到国外 到境外 到外国 到海外 去国外 去境外 去外国 去海外 只用中国 只用国内 只要中国 只要国内 在国外 在境外 在外国 在海外

不可 不成 不行 不要 免谈 别去

其他 其余 别 外地 外头 外省 外面 省外

国内 境内 大陆

务必 只 限 须

不准 不可 不得 不想 不能 不要 不许 严禁 别 勿 甭 禁止 莫

不 别 勿 甭 莫

不去 不考虑 不行 不要 免谈 别考虑 除外

不要 别去 别在 别放 除了

什么 任何 哪

avoid 拒绝 排除 禁 规避 黑名单

除

出不 离不 离开不

了 得

不包括 不含 刨去 刨开 剔除 排除 撇开 绕开 绕过 躲开 避免 避开

将 把

到 去 在 往 进

安放 寄存 留 落地

净 淨係

喺

audience branch campus citizens client clinic colleague companies company customer doctor driver employees engineer factories
factory fans gamer guests hospital lab listeners members nurse office operator patient people plant player professor pupil
readers researcher residents rider school shop staff store student subscribers teacher team tourist traveler traveller
universities university user viewer visitor warehouse 业主 主播 主管 乘客 乡亲 买家 产区 产线 亲戚 人 仓库 企业 会员 传感器
住户 使用者 信众 兄弟 公司 剪辑 助理 医生 医院 单位 厂区 厂里 受众 司机 同事 同学 听众 员工 商家 团队 大家 大神 姐妹 学姐 学校
学生 学长 孩子 实验室 客户 室友 家长 宿舍 导师 导演 居民 工厂 工程师 市民 师傅 师兄 师姐 师生 店铺 患者 护士 摄像头 摄影 教授
旅客 朋友 机房 村民 校园 游客 玩家 班里 用户 甲方 研究所 科室 粉丝 组 终端 编导 网友 老乡 老师 老板 考生 观众 设备 访客 访问者
诊所 读者 财务 质检员 车主 车间 运维 部门 门店 顾客 领导 食堂 食客 骑手

最近 能多近多近 能多近就多近 越好

临近 挨近 接近 离 贴近 距 靠

user viewer 听众 学生 客户 玩家 用户 观众 读者 顾客

一带 周围 周边 左近 旁边 跟前 边上 近处 近郊 那一片 那边 附近

就近 挨着 紧挨 贴近 靠着 靠近

不远 近

与 挨 离 距 跟 靠

于 在 来自

为 供 对 放 服务 给 让 面向

挨着 旁边 边上 近

就近 挨着 离得近 离近 贴着 近一些儿的 近一些的 近一点儿的 近一点的 近些儿的 近些的 近点儿的 近点的 近的 附近 靠得近 靠着 靠近

ahead_of b4 before by deadline due no_later_than not_later_than until 不晚于 不迟于 交付 完成 工期 截止 截至 时间 时限 最晚
最迟 期限 赶在 限期

: a.m am at_night eight eleven evening five four fri half_past_ half_to_ midday midnight morning nine o'clock oclock on p.m pm
quarter_past_ quarter_to_ sat seven six sun ten this_eve three thu tmr today tomorrow tue twelve two wed 上午 下午 下昼 中午
今儿 今夜 今天 今日 今朝 凌晨 午后 午夜 半夜 后儿 后天 后日 后晌 听日 周 夜里 夜间 头晌 当天 当日 早 时 明儿 明天 明日 明朝
星期 晌午 晚 正午 清晨 点 礼拜 黄昏 ：

latest 下班 交付 交片 交稿 交结果 交货 关门 出结果 到期 前 发我 取结果 天黑 截止 打烊 拿结果 收工 收盘 收结果 看结果 给我 要

close_of_business 下班 天黑 收工 收盘

fri mon sat sun this_afternoon this_eve this_morning thu tmr today tomorrow tonight tonite tue wed 今儿 今夜 今天 今日 今早
今晚 今朝 后儿 后天 后日 听日 周 当天 当日 当晚 明儿 明天 明日 明早 明晚 明朝 星期 礼拜

下班 天黑 收工 收盘

(

before by no_later_than

ahead_of b4 before by deadline due no_later_than not_later_than until 不晚于 不迟于 交付 前 完成 工期 截止 截至 时间 时限 最晚
最迟 期限 赶在 限期

before_that before_then by_then in_time_for_it in_time_for_that

cut-off cutoff deadline latest limit

are as being is

before by cut-off cutoff deadline due eta no_later_than not_after not_later_than ready_for until

月

号 日

apr aug dec feb jan jul jun mar may nov oct sep

the_end_of_today the_end_of_tomorrow 今天 今日 后天 明天 明日

- 年

- 月

/ a every per 次

day h min s 一 分钟 天 小时 日 每 秒

一 每

个 人次 份 例 单 套 张

generate_text generated_text generating_text language_model text_generation text_generator text-generation 文本生成 文案生成
文章生成 生成文本 语言模型

trigram 三元模型 三元语法模型

- claude deepseek gemini glm gpt llama mistral qwen

token 词元

/ a every per 每

CT分析 analyse_medical_scans analyse_scans analysis_of_medical_scans analysis_of_scans analyze_medical_scans analyze_scans
medical_image_analysis scan_analysis scan_service volume_rendering 分析影像 分析扫描 医学影像 医疗影像 影像分析 影像智能分析
影像服务 扫描分析 扫描服务 片子分析 胸片分析 读片 阅片

scan 影像 扫描

stream 串流 直播 视频流

720p 720线 高清

1080p 1080线 full_hd 全高清

2160p 4k ultra_hd 超高清

viewer 人同时观看 人观看 观众

convert re-encode to_h.264 to_mp4 transcode transcoding 压成mp4 转一下码 转好 转完 转成h.264 转成h264 转成mp4 转码

h_264 h.264 h264 mp4

-> as be make_it them these those to → 为 到 成

做 压 变 存 导 弄 格式 目标 编 转 输
"""
PATTERNS = """
d9bf80a6b0:0 c6e7793b9c:1,0 16847a6283:1,2 152030d276:1,3 cf9612f189:4 f93636681d:5,6 3e5bceb9ec:7,3 8684e07538:8,9
b7e8a7bb2c:10,11 7409ce7dfa:12,3 4181c35610:13,14 9ba77ba467:15 2546797a35:16 a246b4cc14:17,18 bf78a3faf4:19,20
cb93f08560:19,20 cad1032054:21,22 8f146f2c9f:23,24 61511754bc:5,25 e3eba15a96:26,24 3267722400:27 93b6bc610d:28 7e9dc37367:29
070f9f4c31:30 0ffa6afe60:31 872bace827:32 29cfa152a6:33,34 bdf1e42cb6:35,36 a33288c17c:33,34 3db5f804b2:37,38 78f3b75cca:39,40
78f90f3bb9:41 0c6705ec59:42 30c5f6a18a:43,44 7fd0b4935c:45,35 f979f5d719:46,41 518bc13efe:47 23afb89af0:48,49 fc4d96d942:50
ce8df9cab6:51 219593ac99:52 92577fc498:53,54 84e9aca18f:55,56 df74df8e2c:57,58 9bca1096e1:59 3f6197c837:60,61 6b118f9ff9:62
90c4f83e46:63 dd1b8c96a8:64 619bf8c7e9:65,66 a806f443d9:67,68 4f43869b22:69,68 56c25ad9a0:70,68 7dda9cc3c2:71,72 7620ab193c:73
34f72c3264:74 9de76ddb62:75 bb107d2c8a:76,77 d4605fc328:76,78 3f29961ef9:76,78 eaea59cccd:76,79 2ff9deae0a:76 1ace584c66:80
99548bb30e:81 e52fd2c09f:82,3 f38e534251:83,3 3110142dfd:84,3 7a71331636:85,86 678ae44bbd:87,3 fb84064a51:88,89 a98f19c09c:90,3
6a674dc9d2:91,3 b47c6e1795:92,3 76082a77da:93,3 2f8aba08b6:3 aae0f5f6fd:94,3 d966fe9027:95,3 6a48612ae9:96,97 646a78f020:98,99
2c28f2bb85:100,99 f5c0afd8c5:101,99 3c880cbe3d:102,103 b3a554d3c1:104,105 235c95ccce:106,99 73438dd8b9:107,108
2eba981420:109,110 fd6433621e:17,111 f1f3036695:112,99 b1b8ddc732:113,114 25f906d4e7:115,113 76dc97f159:116,99
9acf6c3eb9:117,118 aa6e03ac7a:35,119 69847437b3:120,121 eab4a709fc:122,123 e6cbeec760:124,118 e1af4f4ceb:125,126
d045a30bb7:124,118 2c358f3bef:127,128 9058428089:129,130 5d44e55964:131,132 ea6e87484b:133,118 a96d51484b:134,135
c1ea591733:136,137 f591c23d07:138,118 b585f5f8ce:139,140 67deb759d3:141,142 fc388ebe8d:143,144 efa3f62848:145,128
63bd5c8885:146,147 db3f72a7fc:148,118 5064b823c1:149,14 4ce12de5ed:150,151 8dcf370c6b:152 c2bc4ddf6b:153 ef43a8f610:154
ddd7b61314:155 a36a5bd96d:156 db55a5a497:157 de3eca72fb:158 a3679a6e84:159 d9e86adfd7:160 3aa835219c:161,162 b2053a71bd:163,164
179d5b9989:163,165 b45280fbc6:166,167 da60e2b052:168,166 c959cfece3:169,166 c68aec395c:170,171 f57f326076:172,173
41459df995:174,175 8a8f1d2480:176,177 bb06cfeb57:178,175 51fa8e23f6:179,180 aabb8e797a:181,113 0c0acfd115:182
0e2062ffb7:183,184 235609fe3c:185,186 24ef0eb21f:187,188 f914a4c673:189,190 a3eb39dc2c:191,188 7947f677e3:191,188
fd612734a2:192,193 5ecea85763:194,195 6369a931c1:196,113 8d5d552d93:197,198 faa44b88e0:199 69e7cf5df6:200 08d02b4db6:201
b645c28dec:202,99 e6993fe89e:203,99 3adff7f4d8:204 aacd1ad254:205 acd5ffb03a:206,207 c41bf9706c:35,208 172bef538d:209,210
9bc6cfcc7f:211,212 69f9fc0df4:213 a613e06043:214 3bdd86bf36:215 55f7d5af37:216 e14ec272ea:217 8193bfcf02:218 8d9d582f36:219,220
e660f9ddf6:221,222 a82e5cf377:223 bb6abeaa64:224 d3ff953d54:225,226 2851ec41e6:227 e77ed0b2a7:228,0 315c71e95d:229,0
48a05f2bd2:230,0 e34efb2d75:231,0 9e1f418595:200,0 c84548d9e0:232,0 264e0219f3:233,234 a3eec4e8e6:235,236 2f6ce3e2e2:237,238
1520598bcb:0 1e9d092d51:239,79 95e043304e:240,2 c5def30c8a:241,239 142f29aec8:241,239 bb63ff6b75:242,239 cae015204c:232,241
283bbf79fa:243,79 845fed7224:244,232 a9367578e9:245,246 6d206107bd:247,248 4874dee0df:249,250 f820e434e5:251,252
c810fd770c:253,252 278d1169b5:254,251 2af23dcbae:255,256 951aa18c56:257,258 c5274ae009:259,251 8007fc0122:251,260
0d45cd41bf:261,251 05fe6bf721:259,251 a4b3457aaf:262,263 81064a1a08:264,144 f04ca78a17:265,252 44dda3c448:266,267
66388d37cd:267,268 907e883514:267,268 e731ad40a1:269,268 537ee3d3a5:268,270 2a0f2222e6:271,268 9009d97a7a:272,273
ffe26f8008:274,94 f600a039b8:275,276 ab3b217caa:277,278 84bbb9c51b:279 a21322a7e3:280 4762142fff:281 6464cfbf89:282
87b47c64bf:283 f58c08b2ec:284 b3ddd2e5e7:285,286 11302e531c:287,285 5fa4dd2363:288,285 81d50a66ed:289,285 56cca54879:290
7b287f73c6:291 bf81a19879:292,293 81b5757364:294 502c939f9c:295,296 2edeac1b35:297,298 b5ed3e4110:299,300 726b53ce90:301,263
4b05e536a3:302,263 2f6bd23069:303,304 242464d3eb:305 4de8e4148b:306 5e26e9f465:307,263 af219c75c8:308 d3473b693a:309,310
aab5f75a37:311,312 21a328030e:313 323e6a43a3:314,315 4e56e23182:316,317 9f7b0dc760:318,319 40cb927e96:320 a73b2e7558:321,322
980d10ab73:323,324 c756e4971e:325,326 ac90e420fd:327,328 2c2d9c0cd1:329,330 0d2e198c7e:331 9ed5ffd848:332,333
996da68e45:334,335 386da41544:336,337 3ab5a53949:338,166 2e12111e0b:339,340 8bafee1a95:341,342 4f988e101e:343,344
e1704f0c87:345 c7d3612171:346,347 a6b4a6b741:348,175 9e33d55e5a:35,349 979f9a9e8f:350,166 094d2a9e64:351,166 2ef8a9014e:352,263
2775fdc938:353,354 6b6de30e7f:355,356 21fe104fdd:357,358 d18cb8ba49:359,360 72bca4e462:361,362 9fe2fec549:363,364
ec5df521cd:364,362 adcf7207de:365,366 56256891fd:363 d3e8c2a002:367,368 76f935f0f6:369,370 462dd82d5c:371 6eb4eac70d:371,372
26afe04728:373,374 e7ab4b33d8:375,376 34bf03177a:377,167 bc996b8db0:378,379 8dfbba2f29:380,381 abbf9866e3:382 d444571d34:383
d03e44ae6c:384,385 be0a61a34b:386,387 33aab62f9e:388,263 ad8dc82419:386,387 4bf0eed669:386,387 9f1f05e89b:389,390
36c84d4eca:391 3bf7e4638a:392,393 fb8f364ee5:394 50fc16a77b:395 03a8c9692b:396 13e0087c15:397,398 5df424a458:399
5929d718d0:400,401 b5eca82b79:402 69e40b5e83:403,404 fb3397b2b3:405 9510b397e8:405,406 25fe596052:405,407 425c064484:408,409
5627a74046:405,410 a7b5680835:411 eaf37b3531:412,113 24b413f5fa:413,414 1bc30275f3:415,416 e3c50cc9b4:417 8a65a1539d:418,38
4c4e5f944c:419 67f33c83f8:41 0850aee232:41,420 e9417dbecd:418,41 f988836708:421,41 e39f7e6d8d:422,423 91af6dd2eb:424
410aaefc81:425 e250a698f3:426,427 a2f55f916f:426,427 430838131f:426,428 43b7cb952c:426,429 c8dab08796:430,431
02eb0d277e:432,433 15781ca4e1:434 b57d4f46fe:435,436 36c6a6658e:435,310 531e59c720:437,438 1cf79b8a2e:439,440
454dfceb95:441,442 062810752e:443 17206bdcc9:444,445 ce003e5cd0:446,99 86c9e5ec84:447 51a9323f3c:448,447 b105416480:449,14
d3c8b7c009:450,118 e4e5a4539f:451,118 951d891ece:452,14 3f0288ec76:453,14 120fb91649:454,330 d4189b6cb9:455,14
73e867d372:330,118 f7ba6fde79:456,457 e2bec10d64:458,118 ac6329ca32:459,460 211b5e1346:461,462 dc8431c99a:463,0
c1f28a5db8:0,464 dfe2162004:465,0 7f9535470e:463 f8deb17606:466,467 b4ce273c41:468,469 5c38806e88:470,471 8fe6750c68:472,473
3339e6cf91:470,0 d612181dca:474,0 474e6fb92c:475,0 eceddc021b:476,477 399c9b2e54:478,479 4fbae639f7:480,481 394dfd0d85:482,483
4e3acbef1c:484,485 5790b9e2c8:484,470 9c25dc1d94:486,487 c9ccd0f6b1:488,484 b1ac0f36ea:484,485 20c8293550:484,470
fe203f218c:489,485 d35c24f4cd:484,490 4dfb9408a4:491,485 77feee4c26:489,485 09dfde9803:492,475 16141daa96:493,464
bb1530c37d:494,3 c058d857cd:495,3 a62abf7a06:496,3 d44df2d322:497,498 76acc9b739:475,499 995c2b975a:475,500 99bc4eecec:501,502
4a3ff56c24:503,504 35291921df:505,470 d2d85815ea:506,475 d65cfa3ebd:507,508 1268f69b32:509,475 2861fdabe6:475,510
9b72c1f8fd:511,3 3005423217:512,3 0d1efbd541:513,3 22e1e684d4:514,3 661ad23be6:515 1bdd13544e:516 845c52094b:517
0f8311aaaf:518,519 fc6823900d:520 9b4c4a8151:521 6e2df51328:522 f95fcd4a84:523 507f0692e8:524 013c16d8f2:525 cc19af3521:526
54fe3fdae1:527 8843aaa90a:528 f86f953bae:529,530 fcb9187a93:531 f597b7d225:532,533 f12fbfd435:534 7252b92374:535
9cfe1b9546:536,537 44eca089e3:538 98866fe30c:539,540 2ce2da4b3d:541,542 a2a40d7684:543 46f373e6d7:166 dcc42090f4:64
5d8fdca84f:544 a66e68d36c:545,540 9c11f039a3:546 a7fb5220f7:547,548 62db8332d9:549 1cc8e2e4e8:550 98e0477da2:551,552
8142eab514:553,554 6eda1a34b8:555,556 c0c700ef6d:557,558 b180164f9b:559 243cc4c2b5:560,561 789daa7244:562,563
e5d9d2b1a3:564,565 5d1b4c8f44:566,567 5be309e316:568 ad4e91714d:569 a2a5381c5d:570,571 baf7cb1129:572,573 a8596f563e:574
f776275312:575 0f123a9090:576,577 f899671e62:578,475 18016e4821:47,579 0e697f16ca:47,580 da6ebb8a0d:41,581 78d844aa98:47
3b45acaab0:582 2dff0a176c:583 121b72f25e:584,34 4c3a97c7a3:585,586 7ec326f056:587,588 5260a5a346:589 8d673fca0e:590,591
4d10e68fb5:590,591 856b92e917:590,591 0e47f1817f:592,593 83c493674c:594 0a34e98878:595,596 ed21c81ab2:597,598 6b2d20fb24:599
30e7bdc144:600 add8d03c65:63,601 4bf8a95fb6:602 01f45bda22:603 55d0e7e47b:604 e80d8ca035:605 50086a9341:606 22face11b7:607,608
fe6474a564:609 2ab87734bb:610 daaeff12a1:611,612 4abf751d99:613 ac7d92d270:614,615 ea4088d39d:616 4c06fdfbd5:617
a6323cf866:618,619 b229583bc2:618,619 8a0f07a175:618,464 1d6cb5ed95:618,620 18dc75a7b4:618,620 784f39bcd3:618,621
1fef8dd5d6:618,565 f39897ec99:118,622 ccdbad72a8:623,118 57ae6efeb8:624,625 453e95ffc9:626,627 3a752db382:628,481
f9a1f1195d:629,630 552762c36f:136,481 d2a6e0d6e2:631,632 e068418326:633,118 822204d82c:634,136 f3a0287f52:635,136
58f8a6a243:636,637 4eb90765dd:638,639 3c3b610db3:640 bd7498f582:641,642 b38c4f26c4:643,644 4d10c9171a:645,118
e12aa0d636:646,118 9b9712fc85:647,118 66acd230a3:648,649 4257ff4e40:650,118 8594c06387:628,651 0c41e420d3:652,653
6026694e55:654,118 b32b6e92d4:655,632 3f1731ec3b:656,118 c6739493e7:657,118 763db4e67c:658,118 ef8fc56cc1:659,660
f6885060f1:661,662 5120440364:663,99 fb67bbe5d3:664,99 04bfb0c99f:665,99 1897d9eead:666,667 a746339453:668,660
55d2d1e596:669,99 6c7e9baf76:169,670 703fb92881:671 70daabc050:672,673 98cebae605:674,673 dd19925db5:675,676 8e23dc2bd3:677,678
2bdd878a98:672,676 aaad3d6599:679,676 cf384251f9:676,680 6b097f6ec5:681,310 eec9d11b11:682,683 5d70a2ff40:684,673
016753faa7:685,686 aecf76b844:672,687 86a4030dbe:672,687 a6e0e7e52f:686,674 7d01f774e9:681 f42f769c14:688 e9ba8f68e2:689,690
1bf90856ea:691,692 8ee6879e62:693,694 b75153a414:695 1953c0553d:696 75bbb203e2:697 08e34cd7b6:698,693 9d7f200477:698,693
ecabd7d444:698,699 6c071e89fc:698 6170b9e0fb:700 e1e35eac7b:701,693 0319a288c5:701,693 f6791294ab:701,699 8dce7fbd55:701
e3b3dcff39:702 1d0ce6c5bc:703 63a130c8ac:704 0b2356c27c:705 e0710dda11:706,693 2685ac18ea:706,693 f1a8822578:706,699
d01fdb360c:706 ecfac88884:707 9331ff0c21:708,709 5ba4c51711:708,710
"""

"""Places by name.

The table is our own: general knowledge, coordinates of the city or data-centre cluster to 0.1 degree. It answers "near
shenzhen"; it is not a map. A site with its own coordinates never looks in here.
"""

import difflib
import re
import unicodedata

from suanwang.model.fault import NotFoundFault, UsageFault
from suanwang.model.where import Place

REGION_NAMES: dict[str, str] = {
    **{"beijing": "北京", "tianjin": "天津", "hebei": "河北", "shanxi": "山西", "inner-mongolia": "内蒙古", "liaoning": "辽宁"},
    **{"jilin": "吉林", "heilongjiang": "黑龙江", "shanghai": "上海", "jiangsu": "江苏", "zhejiang": "浙江", "anhui": "安徽"},
    **{"fujian": "福建", "jiangxi": "江西", "shandong": "山东", "henan": "河南", "hubei": "湖北", "hunan": "湖南"},
    **{"guangdong": "广东", "guangxi": "广西", "hainan": "海南", "chongqing": "重庆", "sichuan": "四川", "guizhou": "贵州"},
    **{"yunnan": "云南", "xizang": "西藏", "shaanxi": "陕西", "gansu": "甘肃", "qinghai": "青海", "ningxia": "宁夏"},
    **{"xinjiang": "新疆", "hong-kong": "香港", "macao": "澳门", "taiwan": "台湾"},
    **{"japan": "日本", "south-korea": "韩国", "mongolia": "蒙古", "singapore": "新加坡", "malaysia": "马来西亚"},
    **{"thailand": "泰国", "vietnam": "越南", "philippines": "菲律宾", "indonesia": "印度尼西亚", "cambodia": "柬埔寨"},
    **{"myanmar": "缅甸", "laos": "老挝", "india": "印度", "pakistan": "巴基斯坦", "bangladesh": "孟加拉国"},
    **{
        "kazakhstan": "哈萨克斯坦",
        "uzbekistan": "乌兹别克斯坦",
        "united-arab-emirates": "阿联酋",
        "saudi-arabia": "沙特阿拉伯",
    },
    **{"qatar": "卡塔尔", "israel": "以色列", "turkey": "土耳其", "egypt": "埃及", "kenya": "肯尼亚", "nigeria": "尼日利亚"},
    **{"south-africa": "南非", "russia": "俄罗斯", "finland": "芬兰", "sweden": "瑞典", "norway": "挪威", "denmark": "丹麦"},
    **{"iceland": "冰岛", "united-kingdom": "英国", "ireland": "爱尔兰", "netherlands": "荷兰", "belgium": "比利时"},
    **{"germany": "德国", "france": "法国", "switzerland": "瑞士", "austria": "奥地利", "italy": "意大利", "spain": "西班牙"},
    **{"portugal": "葡萄牙", "poland": "波兰", "czechia": "捷克", "hungary": "匈牙利", "greece": "希腊", "romania": "罗马尼亚"},
    **{
        "united-states": "美国",
        "canada": "加拿大",
        "mexico": "墨西哥",
        "brazil": "巴西",
        "argentina": "阿根廷",
        "chile": "智利",
    },
    **{"colombia": "哥伦比亚", "peru": "秘鲁", "australia": "澳大利亚", "new-zealand": "新西兰"},
}
"""Region name -> Chinese name: provinces, municipalities and regions of China, then countries."""

_REGION_ALIASES = {
    **{"tibet": "xizang", "macau": "macao", "neimenggu": "inner-mongolia", "hk": "hong-kong", "uk": "united-kingdom"},
    **{"us": "united-states", "usa": "united-states", "america": "united-states", "britain": "united-kingdom"},
    **{"uae": "united-arab-emirates", "korea": "south-korea", "印尼": "indonesia", "沙特": "saudi-arabia", "澳洲": "australia"},
}

_TABLE = """
beijing: beijing 北京 39.9 116.4
tianjin: tianjin 天津 39.1 117.2
hebei: shijiazhuang 石家庄 38.0 114.5; zhangjiakou 张家口 40.8 114.9; langfang 廊坊 39.5 116.7; xiongan 雄安 39.0 116.0
hebei: tangshan 唐山 39.6 118.2; baoding 保定 38.9 115.5; qinhuangdao 秦皇岛 39.9 119.6; huailai 怀来 40.4 115.5
shanxi: taiyuan 太原 37.9 112.5; datong 大同 40.1 113.3
inner-mongolia: hohhot 呼和浩特 40.8 111.7; horinger 和林格尔 40.4 111.8; ulanqab 乌兰察布 41.0 113.1
inner-mongolia: baotou 包头 40.7 109.8; ordos 鄂尔多斯 39.6 109.8
liaoning: shenyang 沈阳 41.8 123.4; dalian 大连 38.9 121.6
jilin: changchun 长春 43.9 125.3
heilongjiang: harbin 哈尔滨 45.8 126.5; daqing 大庆 46.6 125.1
shanghai: shanghai 上海 31.2 121.5; qingpu 青浦 31.2 121.1; yangtze-delta-zone 长三角示范区 31.1 120.9
jiangsu: nanjing 南京 32.1 118.8; suzhou 苏州 31.3 120.6; wuxi 无锡 31.5 120.3; changzhou 常州 31.8 120.0
jiangsu: nantong 南通 32.0 120.9; xuzhou 徐州 34.3 117.2; yangzhou 扬州 32.4 119.4; kunshan 昆山 31.4 121.0
jiangsu: taizhou-jiangsu 泰州 32.5 119.9
zhejiang: hangzhou 杭州 30.3 120.2; ningbo 宁波 29.9 121.5; wenzhou 温州 28.0 120.7; jiaxing 嘉兴 30.7 120.8
zhejiang: shaoxing 绍兴 30.0 120.6; jinhua 金华 29.1 119.6; taizhou 台州 28.7 121.4
anhui: hefei 合肥 31.8 117.2; wuhu 芜湖 31.3 118.4
fujian: fuzhou 福州 26.1 119.3; xiamen 厦门 24.5 118.1; quanzhou 泉州 24.9 118.7
jiangxi: nanchang 南昌 28.7 115.9; ganzhou 赣州 25.8 114.9
shandong: jinan 济南 36.7 117.0; qingdao 青岛 36.1 120.4; yantai 烟台 37.5 121.4; weifang 潍坊 36.7 119.2
henan: zhengzhou 郑州 34.7 113.6; luoyang 洛阳 34.6 112.4
hubei: wuhan 武汉 30.6 114.3; yichang 宜昌 30.7 111.3; xiangyang 襄阳 32.0 112.1
hunan: changsha 长沙 28.2 112.9; zhuzhou 株洲 27.8 113.1; chenzhou 郴州 25.8 113.0
guangdong: guangzhou 广州 23.1 113.3; shenzhen 深圳 22.5 114.1; dongguan 东莞 23.0 113.7; foshan 佛山 23.0 113.1
guangdong: shaoguan 韶关 24.8 113.6; zhuhai 珠海 22.3 113.6; huizhou 惠州 23.1 114.4; zhongshan 中山 22.5 113.4
guangdong: shantou 汕头 23.4 116.7; zhanjiang 湛江 21.3 110.4; heyuan 河源 23.7 114.7
guangxi: nanning 南宁 22.8 108.4; guilin 桂林 25.3 110.3; liuzhou 柳州 24.3 109.4
hainan: haikou 海口 20.0 110.3; sanya 三亚 18.3 109.5
chongqing: chongqing 重庆 29.6 106.6
sichuan: chengdu 成都 30.7 104.1; tianfu 天府 30.4 104.1; mianyang 绵阳 31.5 104.7; yaan 雅安 30.0 103.0
guizhou: guiyang 贵阳 26.6 106.7; guian 贵安 26.4 106.5; zunyi 遵义 27.7 106.9
yunnan: kunming 昆明 25.0 102.7; dali 大理 25.6 100.3
xizang: lhasa 拉萨 29.7 91.1
shaanxi: xian 西安 34.3 108.9; xianyang 咸阳 34.3 108.7; yanan 延安 36.6 109.5; yulin 榆林 38.3 109.7
gansu: lanzhou 兰州 36.1 103.8; qingyang 庆阳 35.7 107.6; jinchang 金昌 38.5 102.2; dunhuang 敦煌 40.1 94.7
qinghai: xining 西宁 36.6 101.8; golmud 格尔木 36.4 94.9
ningxia: yinchuan 银川 38.5 106.2; zhongwei 中卫 37.5 105.2
xinjiang: urumqi 乌鲁木齐 43.8 87.6; karamay 克拉玛依 45.6 84.9; hami 哈密 42.8 93.5; kashgar 喀什 39.5 76.0
hong-kong: hong-kong 香港 22.3 114.2
macao: macao 澳门 22.2 113.5
taiwan: taipei 台北 25.0 121.6; kaohsiung 高雄 22.6 120.3
japan: tokyo 东京 35.7 139.7; osaka 大阪 34.7 135.5; fukuoka 福冈 33.6 130.4
south-korea: seoul 首尔 37.6 127.0; busan 釜山 35.2 129.1
mongolia: ulaanbaatar 乌兰巴托 47.9 106.9
singapore: singapore 新加坡 1.3 103.8
malaysia: kuala-lumpur 吉隆坡 3.1 101.7; johor-bahru 新山 1.5 103.7
thailand: bangkok 曼谷 13.8 100.5
vietnam: hanoi 河内 21.0 105.8; ho-chi-minh-city 胡志明市 10.8 106.7
philippines: manila 马尼拉 14.6 121.0
indonesia: jakarta 雅加达 -6.2 106.8
cambodia: phnom-penh 金边 11.6 104.9
myanmar: yangon 仰光 16.8 96.2
laos: vientiane 万象 18.0 102.6
india: mumbai 孟买 19.1 72.9; delhi 德里 28.6 77.2; bangalore 班加罗尔 13.0 77.6; chennai 金奈 13.1 80.3
pakistan: karachi 卡拉奇 24.9 67.0
bangladesh: dhaka 达卡 23.8 90.4
kazakhstan: almaty 阿拉木图 43.2 76.9; astana 阿斯塔纳 51.2 71.4
uzbekistan: tashkent 塔什干 41.3 69.2
united-arab-emirates: dubai 迪拜 25.2 55.3; abu-dhabi 阿布扎比 24.5 54.4
saudi-arabia: riyadh 利雅得 24.7 46.7
qatar: doha 多哈 25.3 51.5
israel: tel-aviv 特拉维夫 32.1 34.8
turkey: istanbul 伊斯坦布尔 41.0 29.0
egypt: cairo 开罗 30.0 31.2
kenya: nairobi 内罗毕 -1.3 36.8
nigeria: lagos 拉各斯 6.5 3.4
south-africa: johannesburg 约翰内斯堡 -26.2 28.0; cape-town 开普敦 -33.9 18.4
russia: moscow 莫斯科 55.8 37.6; saint-petersburg 圣彼得堡 59.9 30.3; novosibirsk 新西伯利亚 55.0 82.9
russia: vladivostok 海参崴 43.1 131.9
finland: helsinki 赫尔辛基 60.2 24.9
sweden: stockholm 斯德哥尔摩 59.3 18.1
norway: oslo 奥斯陆 59.9 10.8
denmark: copenhagen 哥本哈根 55.7 12.6
iceland: reykjavik 雷克雅未克 64.1 -21.9
united-kingdom: london 伦敦 51.5 -0.1; manchester 曼彻斯特 53.5 -2.2
ireland: dublin 都柏林 53.3 -6.3
netherlands: amsterdam 阿姆斯特丹 52.4 4.9
belgium: brussels 布鲁塞尔 50.9 4.4
germany: frankfurt 法兰克福 50.1 8.7; berlin 柏林 52.5 13.4; munich 慕尼黑 48.1 11.6
france: paris 巴黎 48.9 2.4; marseille 马赛 43.3 5.4
switzerland: zurich 苏黎世 47.4 8.5; geneva 日内瓦 46.2 6.1
austria: vienna 维也纳 48.2 16.4
italy: milan 米兰 45.5 9.2; rome 罗马 41.9 12.5
spain: madrid 马德里 40.4 -3.7; barcelona 巴塞罗那 41.4 2.2
portugal: lisbon 里斯本 38.7 -9.1
poland: warsaw 华沙 52.2 21.0
czechia: prague 布拉格 50.1 14.4
hungary: budapest 布达佩斯 47.5 19.0
greece: athens 雅典 38.0 23.7
romania: bucharest 布加勒斯特 44.4 26.1
united-states: new-york 纽约 40.7 -74.0; ashburn 阿什本 39.0 -77.5; washington 华盛顿 38.9 -77.0; boston 波士顿 42.4 -71.1
united-states: chicago 芝加哥 41.9 -87.6; dallas 达拉斯 32.8 -96.8; atlanta 亚特兰大 33.7 -84.4; miami 迈阿密 25.8 -80.2
united-states: denver 丹佛 39.7 -105.0; phoenix 菲尼克斯 33.4 -112.1; los-angeles 洛杉矶 34.1 -118.2; seattle 西雅图 47.6 -122.3
united-states: san-francisco 旧金山 37.8 -122.4; san-jose 圣何塞 37.3 -121.9; honolulu 檀香山 21.3 -157.9
canada: toronto 多伦多 43.7 -79.4; montreal 蒙特利尔 45.5 -73.6; vancouver 温哥华 49.3 -123.1
mexico: mexico-city 墨西哥城 19.4 -99.1
brazil: sao-paulo 圣保罗 -23.6 -46.6; rio-de-janeiro 里约热内卢 -22.9 -43.2
argentina: buenos-aires 布宜诺斯艾利斯 -34.6 -58.4
chile: santiago 圣地亚哥 -33.4 -70.7
colombia: bogota 波哥大 4.7 -74.1
peru: lima 利马 -12.0 -77.0
australia: sydney 悉尼 -33.9 151.2; melbourne 墨尔本 -37.8 145.0; perth 珀斯 -32.0 115.9
new-zealand: auckland 奥克兰 -36.8 174.8
hebei: handan 邯郸 36.6 114.5; xingtai 邢台 37.1 114.5; cangzhou 沧州 38.3 116.8; hengshui 衡水 37.7 115.7
hebei: chengde 承德 41.0 117.9
shanxi: yangquan 阳泉 37.9 113.6; changzhi 长治 36.2 113.1; jincheng 晋城 35.5 112.9; shuozhou 朔州 39.3 112.4
shanxi: jinzhong 晋中 37.7 112.7
shanxi: yuncheng 运城 35.0 111.0; xinzhou 忻州 38.4 112.7; linfen 临汾 36.1 111.5; lvliang 吕梁 37.5 111.1
inner-mongolia: chifeng 赤峰 42.3 118.9; tongliao 通辽 43.6 122.3; hulunbuir 呼伦贝尔 49.2 119.8; wuhai 乌海 39.7 106.8
inner-mongolia: bayannur 巴彦淖尔 40.8 107.4; xilinhot 锡林浩特 43.9 116.1
liaoning: anshan 鞍山 41.1 123.0; fushun 抚顺 41.9 123.9; benxi 本溪 41.3 123.8; dandong 丹东 40.1 124.4
liaoning: jinzhou 锦州 41.1 121.1
liaoning: yingkou 营口 40.7 122.2; fuxin 阜新 42.0 121.7; liaoyang 辽阳 41.3 123.2; panjin 盘锦 41.1 122.1
liaoning: tieling 铁岭 42.3 123.8
liaoning: huludao 葫芦岛 40.7 120.8
jilin: siping 四平 43.2 124.4; liaoyuan 辽源 42.9 125.1; tonghua 通化 41.7 125.9; baishan 白山 41.9 126.4
jilin: songyuan 松原 45.1 124.8
jilin: baicheng 白城 45.6 122.8; yanji 延吉 42.9 129.5
heilongjiang: qiqihar 齐齐哈尔 47.4 123.9; jixi 鸡西 45.3 131.0; hegang 鹤岗 47.3 130.3; shuangyashan 双鸭山 46.6 131.2
heilongjiang: yichun-heilongjiang 伊春 47.7 128.8; jiamusi 佳木斯 46.8 130.3; qitaihe 七台河 45.8 131.0
heilongjiang: mudanjiang 牡丹江 44.6 129.6
heilongjiang: heihe 黑河 50.0 127.5; suihua 绥化 46.6 127.0
jiangsu: lianyungang 连云港 34.6 119.2; huaian 淮安 33.6 119.0; yancheng 盐城 33.4 120.2; zhenjiang 镇江 32.2 119.4
jiangsu: suqian 宿迁 34.0 118.3
jiangsu: jiangyin 江阴 31.9 120.3; zhangjiagang 张家港 31.9 120.6
zhejiang: huzhou 湖州 30.9 120.1; quzhou 衢州 28.9 118.9; zhoushan 舟山 30.0 122.1; lishui 丽水 28.5 119.9; yiwu 义乌 29.3 120.1
zhejiang: dongyang 东阳 29.3 120.2; cixi 慈溪 30.2 121.3
anhui: bengbu 蚌埠 32.9 117.4; huainan 淮南 32.6 117.0; maanshan 马鞍山 31.7 118.5; huaibei 淮北 34.0 116.8
anhui: tongling 铜陵 30.9 117.8
anhui: anqing 安庆 30.5 117.0; huangshan 黄山 29.7 118.3; chuzhou 滁州 32.3 118.3; fuyang 阜阳 32.9 115.8
anhui: suzhou-anhui 宿州 33.6 117.0
anhui: luan 六安 31.7 116.5; bozhou 亳州 33.8 115.8; chizhou 池州 30.7 117.5; xuancheng 宣城 30.9 118.8
fujian: putian 莆田 25.4 119.0; sanming 三明 26.3 117.6; zhangzhou 漳州 24.5 117.6; nanping 南平 26.6 118.2
fujian: longyan 龙岩 25.1 117.0
fujian: ningde 宁德 26.7 119.5
jiangxi: jingdezhen 景德镇 29.3 117.2; pingxiang 萍乡 27.6 113.9; jiujiang 九江 29.7 116.0; xinyu 新余 27.8 114.9
jiangxi: yingtan 鹰潭 28.3 117.1
jiangxi: jian 吉安 27.1 115.0; yichun 宜春 27.8 114.4; fuzhou-jiangxi 抚州 28.0 116.4; shangrao 上饶 28.5 117.9
shandong: zibo 淄博 36.8 118.1; zaozhuang 枣庄 34.8 117.3; dongying 东营 37.4 118.7; jining 济宁 35.4 116.6
shandong: taian 泰安 36.2 117.1
shandong: weihai 威海 37.5 122.1; rizhao 日照 35.4 119.5; linyi 临沂 35.1 118.4; dezhou 德州 37.4 116.4
shandong: liaocheng 聊城 36.5 116.0
shandong: binzhou 滨州 37.4 118.0; heze 菏泽 35.2 115.5; shouguang 寿光 36.9 118.7; qufu 曲阜 35.6 117.0
henan: kaifeng 开封 34.8 114.3; pingdingshan 平顶山 33.8 113.2; anyang 安阳 36.1 114.4; hebi 鹤壁 35.7 114.3
henan: xinxiang 新乡 35.3 113.9
henan: jiaozuo 焦作 35.2 113.2; puyang 濮阳 35.8 115.0; xuchang 许昌 34.0 113.9; luohe 漯河 33.6 114.0
henan: sanmenxia 三门峡 34.8 111.2
henan: nanyang 南阳 33.0 112.5; shangqiu 商丘 34.4 115.7; xinyang 信阳 32.1 114.1; zhoukou 周口 33.6 114.7
henan: zhumadian 驻马店 33.0 114.0
hubei: huangshi 黄石 30.2 115.0; shiyan 十堰 32.6 110.8; ezhou 鄂州 30.4 114.9; jingmen 荆门 31.0 112.2; xiaogan 孝感 30.9 113.9
hubei: jingzhou 荆州 30.3 112.2; huanggang 黄冈 30.4 114.9; xianning 咸宁 29.8 114.3; suizhou 随州 31.7 113.4
hubei: enshi 恩施 30.3 109.5
hunan: xiangtan 湘潭 27.8 112.9; hengyang 衡阳 26.9 112.6; shaoyang 邵阳 27.2 111.5; yueyang 岳阳 29.4 113.1
hunan: changde 常德 29.0 111.7
hunan: zhangjiajie 张家界 29.1 110.5; yiyang 益阳 28.6 112.4; yongzhou 永州 26.4 111.6; huaihua 怀化 27.6 110.0
hunan: loudi 娄底 27.7 112.0
guangdong: jiangmen 江门 22.6 113.1; maoming 茂名 21.7 110.9; zhaoqing 肇庆 23.0 112.5; meizhou 梅州 24.3 116.1
guangdong: shanwei 汕尾 22.8 115.4
guangdong: yangjiang 阳江 21.9 112.0; qingyuan 清远 23.7 113.0; chaozhou 潮州 23.7 116.6; jieyang 揭阳 23.5 116.4
guangdong: yunfu 云浮 22.9 112.0
guangxi: wuzhou 梧州 23.5 111.3; beihai 北海 21.5 109.1; fangchenggang 防城港 21.7 108.4; qinzhou 钦州 22.0 108.6
guangxi: guigang 贵港 23.1 109.6
guangxi: yulin-guangxi 玉林 22.6 110.1; baise 百色 23.9 106.6; hezhou 贺州 24.4 111.6; hechi 河池 24.7 108.1
guangxi: laibin 来宾 23.7 109.2
hainan: danzhou 儋州 19.5 109.6; qionghai 琼海 19.3 110.5
sichuan: zigong 自贡 29.3 104.8; luzhou 泸州 28.9 105.4; deyang 德阳 31.1 104.4; guangyuan 广元 32.4 105.8
sichuan: suining 遂宁 30.5 105.6; neijiang 内江 29.6 105.1; leshan 乐山 29.6 103.8; nanchong 南充 30.8 106.1
sichuan: meishan 眉山 30.1 103.8
sichuan: yibin 宜宾 28.8 104.6; guangan 广安 30.5 106.6; dazhou 达州 31.2 107.5; bazhong 巴中 31.9 106.7; ziyang 资阳 30.1 104.6
sichuan: xichang 西昌 27.9 102.3; kangding 康定 30.1 102.0
guizhou: liupanshui 六盘水 26.6 104.8; anshun 安顺 26.3 105.9; bijie 毕节 27.3 105.3; tongren 铜仁 27.7 109.2
guizhou: kaili 凯里 26.6 108.0
guizhou: duyun 都匀 26.3 107.5; xingyi 兴义 25.1 104.9
yunnan: qujing 曲靖 25.5 103.8; yuxi 玉溪 24.4 102.5; baoshan 保山 25.1 99.2; zhaotong 昭通 27.3 103.7; lijiang 丽江 26.9 100.2
yunnan: puer 普洱 22.8 101.0; lincang 临沧 23.9 100.1; jinghong 景洪 22.0 100.8; mengzi 蒙自 23.4 103.4
yunnan: shangri-la 香格里拉 27.8 99.7
xizang: shigatse 日喀则 29.3 88.9; nyingchi 林芝 29.6 94.4
shaanxi: tongchuan 铜川 34.9 108.9; baoji 宝鸡 34.4 107.2; weinan 渭南 34.5 109.5; hanzhong 汉中 33.1 107.0
shaanxi: ankang 安康 32.7 109.0
shaanxi: shangluo 商洛 33.9 109.9
gansu: jiayuguan 嘉峪关 39.8 98.3; baiyin 白银 36.5 104.1; tianshui 天水 34.6 105.7; wuwei 武威 37.9 102.6
gansu: zhangye 张掖 38.9 100.5
gansu: pingliang 平凉 35.5 106.7; jiuquan 酒泉 39.7 98.5; dingxi 定西 35.6 104.6; longnan 陇南 33.4 104.9
qinghai: haidong 海东 36.5 102.1; yushu 玉树 33.0 97.0; delingha 德令哈 37.4 97.4
ningxia: shizuishan 石嘴山 39.0 106.4; wuzhong 吴忠 38.0 106.2; guyuan 固原 36.0 106.3
xinjiang: turpan 吐鲁番 42.9 89.2; korla 库尔勒 41.8 86.2; aksu 阿克苏 41.2 80.3; yining 伊宁 43.9 81.3; hotan 和田 37.1 79.9
xinjiang: shihezi 石河子 44.3 86.1; changji 昌吉 44.0 87.3; tacheng 塔城 46.7 83.0; altay 阿勒泰 47.8 88.1
taiwan: taichung 台中 24.1 120.7; tainan 台南 23.0 120.2; hsinchu 新竹 24.8 121.0
japan: nagoya 名古屋 35.2 136.9; kyoto 京都 35.0 135.8; sapporo 札幌 43.1 141.4; yokohama 横滨 35.4 139.6
poland: krakow 克拉科夫 50.1 19.9; gdansk 格但斯克 54.4 18.6
new-zealand: wellington 惠灵顿 -41.3 174.8; christchurch 克赖斯特彻奇 -43.5 172.6
kenya: mombasa 蒙巴萨 -4.0 39.7
brazil: recife 累西腓 -8.1 -34.9; brasilia 巴西利亚 -15.8 -47.9; porto-alegre 阿雷格里港 -30.0 -51.2
norway: tromso 特罗姆瑟 69.6 19.0; bergen 卑尔根 60.4 5.3
canada: ottawa 渥太华 45.4 -75.7; calgary 卡尔加里 51.0 -114.1; quebec 魁北克 46.8 -71.2
mongolia: darkhan 达尔汗 49.5 105.9
chile: antofagasta 安托法加斯塔 -23.7 -70.4; valparaiso 瓦尔帕莱索 -33.0 -71.6
australia: brisbane 布里斯班 -27.5 153.0; adelaide 阿德莱德 -34.9 138.6; canberra 堪培拉 -35.3 149.1
germany: hamburg 汉堡 53.6 10.0; cologne 科隆 50.9 7.0; stuttgart 斯图加特 48.8 9.2; leipzig 莱比锡 51.3 12.4
germany: dresden 德累斯顿 51.1 13.7
france: lyon 里昂 45.8 4.8; toulouse 图卢兹 43.6 1.4; bordeaux 波尔多 44.8 -0.6; strasbourg 斯特拉斯堡 48.6 7.8
united-kingdom: edinburgh 爱丁堡 55.9 -3.2; glasgow 格拉斯哥 55.9 -4.3; birmingham 伯明翰 52.5 -1.9
united-kingdom: cardiff 加的夫 51.5 -3.2; leeds 利兹 53.8 -1.5
italy: turin 都灵 45.1 7.7; naples 那不勒斯 40.9 14.3; florence 佛罗伦萨 43.8 11.3; venice 威尼斯 45.4 12.3
spain: valencia 瓦伦西亚 39.5 -0.4; seville 塞维利亚 37.4 -6.0; bilbao 毕尔巴鄂 43.3 -2.9
netherlands: rotterdam 鹿特丹 51.9 4.5; the-hague 海牙 52.1 4.3
japan: hiroshima 广岛 34.4 132.5; kobe 神户 34.7 135.2; sendai 仙台 38.3 140.9
india: kolkata 加尔各答 22.6 88.4; hyderabad 海得拉巴 17.4 78.5; pune 浦那 18.5 73.9
united-states: houston 休斯敦 29.8 -95.4; philadelphia 费城 40.0 -75.2; detroit 底特律 42.3 -83.0
united-states: portland 波特兰 45.5 -122.7; austin 奥斯汀 30.3 -97.7
united-states: san-diego 圣迭戈 32.7 -117.2; minneapolis 明尼阿波利斯 45.0 -93.3; salt-lake-city 盐湖城 40.8 -111.9
united-states: new-orleans 新奥尔良 30.0 -90.1
"""

_ALIASES = {
    **{"huhehaote": "hohhot", "helingeer": "horinger", "wulanchabu": "ulanqab", "eerduosi": "ordos", "haerbin": "harbin"},
    **{"wulumuqi": "urumqi", "kelamayi": "karamay", "lasa": "lhasa", "geermu": "golmud", "kashi": "kashgar"},
    **{"hk": "hong-kong", "xianggang": "hong-kong", "macau": "macao", "aomen": "macao", "taibei": "taipei"},
    **{"canton": "guangzhou", "peking": "beijing", "guianxinqu": "guian", "贵安新区": "guian", "雄安新区": "xiongan"},
    **{"天府新区": "tianfu", "长三角生态绿色一体化发展示范区": "yangtze-delta-zone", "长三角": "yangtze-delta-zone"},
    **{"saigon": "ho-chi-minh-city", "bengaluru": "bangalore", "bombay": "mumbai", "newdelhi": "delhi", "新德里": "delhi"},
    **{
        "nyc": "new-york",
        "newyorkcity": "new-york",
        "sf": "san-francisco",
        "la": "los-angeles",
        "stpetersburg": "saint-petersburg",
    },
}

CLUSTERS: tuple[str, ...] = (
    *("zhangjiakou", "yangtze-delta-zone", "wuhu", "shaoguan", "tianfu", "chongqing"),
    *("horinger", "guian", "qingyang", "zhongwei"),
)
"""The ten data-centre clusters of East Data, West Computing (东数西算), as named in the public notices of 2021 and 2022."""


def find(name: str) -> Place:
    """The place of that name: English in any case, with or without spaces, hyphens, apostrophes and accents; or Chinese, with
    or without 市. "22.5,114.1" is the unnamed place at that latitude and longitude.

    NotFoundFault SUAN-N010 with the three closest names; UsageFault SUAN-U013 for a point that is not on the globe.
    """
    point = _POINT.fullmatch(unicodedata.normalize("NFKC", name[:_NAME_MAX]).strip())
    if point:
        return _at(float(point[1]), float(point[2]), f"{point[1]},{point[2]}")
    found = _INDEX.get(key_of(name))
    if found is None:
        near = _closest(name, _INDEX, PLACES)
        why = f'there is no place "{_line(name)}" among the {len(PLACES)} known ones.'
        raise NotFoundFault("SUAN-N010", why, f"did you mean {near}? A latitude and longitude work too: 22.5,114.1")
    return PLACES[found]


def find_region(name: str) -> str:
    """The name that `Place.region` and `limits.region` use, from English or Chinese ("Guangdong", "广东省", "USA").

    NotFoundFault SUAN-N011 with the three closest names.
    """
    key = key_of(name)
    found = _REGION_INDEX.get(key) or _REGION_INDEX.get(_REGION_TAIL.sub("", key))
    if found is None:
        near = _closest(name, _REGION_INDEX, REGION_NAMES)
        why = f'there is no region "{_line(name)}" among the {len(REGION_NAMES)} known ones.'
        raise NotFoundFault("SUAN-N011", why, f"did you mean {near}?")
    return found


def place_names() -> tuple[str, ...]:
    """Every name that `find` knows, as people write it, in small letters."""
    return (*PLACES, *(p.name_zh for p in PLACES.values()), *_ALIASES)


def region_names() -> tuple[str, ...]:
    """Every name that `find_region` knows, as people write it, in small letters."""
    return (*REGION_NAMES, *REGION_NAMES.values(), *_REGION_ALIASES)


def key_of(name: str) -> str:
    """What two spellings of a name have in common: letters and digits only, no case, no accents, no closing 市."""
    letters = unicodedata.normalize("NFKD", name[:_NAME_MAX]).casefold()
    key = "".join(c for c in letters if c.isalnum())
    return key[:-1] if len(key) > 2 and key.endswith("市") else key


_NAME_MAX = 64
_POINT = re.compile(r"([+-]?[0-9]{1,2}(?:\.[0-9]{1,12})?)\s*,\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?)")
_REGION_TAIL = re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|省|province)$")


def _at(latitude: float, longitude: float, name: str) -> Place:
    if abs(latitude) > 90 or abs(longitude) > 180:
        why = f'"{name}" is not on the globe: latitude goes to 90 degrees, longitude to 180.'
        raise UsageFault("SUAN-U013", why, "write latitude,longitude in degrees: 22.5,114.1")
    return Place(name=name, latitude=latitude, longitude=longitude)


def _places() -> dict[str, Place]:
    found: dict[str, Place] = {}
    for line in _TABLE.strip().splitlines():
        region, _, towns = line.partition(": ")
        for town in towns.split("; "):
            name, name_zh, latitude, longitude = town.split()
            found[name] = _of(name, name_zh, region, latitude, longitude)
    return found


def _of(name: str, name_zh: str, region: str, latitude: str, longitude: str) -> Place:
    return Place(name=name, name_zh=name_zh, region=region, latitude=float(latitude), longitude=float(longitude))


def _closest(name: str, index: dict[str, str], names: dict[str, Place] | dict[str, str]) -> str:
    """Up to three names, joined for a sentence; common ones where nothing is close."""
    near = difflib.get_close_matches(key_of(name), index, 9, 0.5)
    found = list(dict.fromkeys(index[key] for key in near))[:3]
    return ", ".join(found or list(names)[:3])


def _line(name: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in name[:40])


PLACES: dict[str, Place] = _places()
"""Every named place, by its name, in the order of the table."""

_INDEX: dict[str, str] = {
    **{key_of(p.name): p.name for p in PLACES.values()},
    **{key_of(p.name_zh): p.name for p in PLACES.values()},
    **{key_of(alias): name for alias, name in _ALIASES.items()},
}
_REGION_INDEX: dict[str, str] = {
    **{key_of(name): name for name in REGION_NAMES},
    **{key_of(name_zh): name for name, name_zh in REGION_NAMES.items()},
    **{key_of(alias): name for alias, name in _REGION_ALIASES.items()},
}

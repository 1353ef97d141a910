"""Hand-kept tables of the bundled data sets: names, units, groups, vintages and citations.

Nothing here is a statistic: figures come from the facts that compile.py reads.
"""

# ---------------------------------------------------------------------------------------------------------------------
# Regions
# ---------------------------------------------------------------------------------------------------------------------

NATION = ("100000", "China (mainland)", "中国", "China;People's Republic of China;PRC;Mainland China;全国;中国大陆")

# code | English | Chinese | ISO 3166-2 | aliases
PROVINCES = """
110000|Beijing|北京市|CN-BJ|北京;Peking;Beijing Municipality
120000|Tianjin|天津市|CN-TJ|天津;Tientsin;Tianjin Municipality
130000|Hebei|河北省|CN-HE|河北;Hebei Province
140000|Shanxi|山西省|CN-SX|山西;Shanxi Province
150000|Inner Mongolia|内蒙古自治区|CN-NM|内蒙古;内蒙;Nei Mongol;Neimenggu;Inner Mongolia Autonomous Region
210000|Liaoning|辽宁省|CN-LN|辽宁;Liaoning Province
220000|Jilin|吉林省|CN-JL|吉林;Jilin Province;Kirin
230000|Heilongjiang|黑龙江省|CN-HL|黑龙江;Heilongjiang Province
310000|Shanghai|上海市|CN-SH|上海;Shanghai Municipality
320000|Jiangsu|江苏省|CN-JS|江苏;Jiangsu Province
330000|Zhejiang|浙江省|CN-ZJ|浙江;Zhejiang Province
340000|Anhui|安徽省|CN-AH|安徽;Anhui Province
350000|Fujian|福建省|CN-FJ|福建;Fujian Province
360000|Jiangxi|江西省|CN-JX|江西;Jiangxi Province
370000|Shandong|山东省|CN-SD|山东;Shandong Province
410000|Henan|河南省|CN-HA|河南;Henan Province
420000|Hubei|湖北省|CN-HB|湖北;Hubei Province
430000|Hunan|湖南省|CN-HN|湖南;Hunan Province
440000|Guangdong|广东省|CN-GD|广东;Guangdong Province
450000|Guangxi|广西壮族自治区|CN-GX|广西;Guangxi Zhuang Autonomous Region
460000|Hainan|海南省|CN-HI|海南;Hainan Province
500000|Chongqing|重庆市|CN-CQ|重庆;Chungking;Chongqing Municipality
510000|Sichuan|四川省|CN-SC|四川;Sichuan Province;Szechuan
520000|Guizhou|贵州省|CN-GZ|贵州;Guizhou Province
530000|Yunnan|云南省|CN-YN|云南;Yunnan Province
540000|Tibet|西藏自治区|CN-XZ|西藏;Xizang;Tibet Autonomous Region;Xizang Autonomous Region
610000|Shaanxi|陕西省|CN-SN|陕西;Shaanxi Province;Shensi
620000|Gansu|甘肃省|CN-GS|甘肃;Gansu Province
630000|Qinghai|青海省|CN-QH|青海;Qinghai Province
640000|Ningxia|宁夏回族自治区|CN-NX|宁夏;Ningxia Hui Autonomous Region
650000|Xinjiang|新疆维吾尔自治区|CN-XJ|新疆;Xinjiang Uygur Autonomous Region;Xinjiang Uyghur Autonomous Region
"""

PROVINCE_NOTES = {
    "140000": "Not to be confused with Shaanxi (610000)",
    "610000": "Not to be confused with Shanxi (140000)",
}

# Seats of the provincial governments: the centre that the atlas of [city-seats] gives each province, degrees in GCJ-02.
# code | city | latitude | longitude
PROVINCE_SEATS = """
110000|Beijing|39.904989|116.405285
120000|Tianjin|39.125596|117.190182
130000|Shijiazhuang|38.045474|114.502461
140000|Taiyuan|37.857014|112.549248
150000|Hohhot|40.818311|111.670801
210000|Shenyang|41.796767|123.429096
220000|Changchun|43.886841|125.3245
230000|Harbin|45.756967|126.642464
310000|Shanghai|31.231706|121.472644
320000|Nanjing|32.041544|118.767413
330000|Hangzhou|30.287459|120.153576
340000|Hefei|31.86119|117.283042
350000|Fuzhou|26.075302|119.306239
360000|Nanchang|28.676493|115.892151
370000|Jinan|36.675807|117.000923
410000|Zhengzhou|34.757975|113.665412
420000|Wuhan|30.584355|114.298572
430000|Changsha|28.19409|112.982279
440000|Guangzhou|23.125178|113.280637
450000|Nanning|22.82402|108.320004
460000|Haikou|20.031971|110.33119
500000|Chongqing|29.533155|106.504962
510000|Chengdu|30.659462|104.065735
520000|Guiyang|26.578343|106.713478
530000|Kunming|25.040609|102.712251
540000|Lhasa|29.660361|91.132212
610000|Xi'an|34.263161|108.948024
620000|Lanzhou|36.058039|103.823557
630000|Xining|36.623178|101.778916
640000|Yinchuan|38.46637|106.278179
650000|Urumqi|43.792818|87.617733
"""

# Members of the city clusters. English names are the pinyin; a name that two cities share carries its province.
CITIES = """
130100 Shijiazhuang|130200 Tangshan|130300 Qinhuangdao|130400 Handan|130500 Xingtai|130600 Baoding
130700 Zhangjiakou|130800 Chengde|130900 Cangzhou|131000 Langfang
140400 Changzhi|140500 Jincheng|140800 Yuncheng|141000 Linfen
150100 Hohhot|150200 Baotou|150400 Chifeng|150500 Tongliao|150600 Ordos|150700 Hulunbuir|152200 Hinggan|152500 Xilingol
220100 Changchun|220200 Jilin City|220300 Siping|220400 Liaoyuan|220700 Songyuan|222400 Yanbian
230100 Harbin|230200 Qiqihar|230600 Daqing|231000 Mudanjiang|231200 Suihua
320100 Nanjing|320200 Wuxi|320400 Changzhou|320500 Suzhou (Jiangsu)|320600 Nantong|320900 Yancheng|321000 Yangzhou
321100 Zhenjiang|321200 Taizhou (Jiangsu)
330100 Hangzhou|330200 Ningbo|330400 Jiaxing|330500 Huzhou|330600 Shaoxing|330700 Jinhua|330900 Zhoushan
331000 Taizhou (Zhejiang)
340100 Hefei|340200 Wuhu|340300 Bengbu|340500 Ma'anshan|340600 Huaibei|340700 Tongling|340800 Anqing|341100 Chuzhou
341200 Fuyang|341300 Suzhou (Anhui)|341600 Bozhou|341700 Chizhou|341800 Xuancheng
360100 Nanchang|360200 Jingdezhen|360300 Pingxiang|360400 Jiujiang|360500 Xinyu|360600 Yingtan|360800 Ji'an
360900 Yichun (Jiangxi)|361000 Fuzhou (Jiangxi)|361100 Shangrao
371500 Liaocheng|371700 Heze
410100 Zhengzhou|410200 Kaifeng|410300 Luoyang|410400 Pingdingshan|410500 Anyang|410600 Hebi|410700 Xinxiang
410800 Jiaozuo|410900 Puyang|411000 Xuchang|411100 Luohe|411200 Sanmenxia|411300 Nanyang|411400 Shangqiu
411500 Xinyang|411600 Zhoukou|411700 Zhumadian|419001 Jiyuan
420100 Wuhan|420200 Huangshi|420500 Yichang|420600 Xiangyang|420700 Ezhou|420800 Jingmen|420900 Xiaogan
421000 Jingzhou|421100 Huanggang|421200 Xianning|429004 Xiantao|429005 Qianjiang|429006 Tianmen
430100 Changsha|430200 Zhuzhou|430300 Xiangtan|430400 Hengyang|430600 Yueyang|430700 Changde|430900 Yiyang|431300 Loudi
440100 Guangzhou|440300 Shenzhen|440400 Zhuhai|440600 Foshan|440700 Jiangmen|440800 Zhanjiang|440900 Maoming
441200 Zhaoqing|441300 Huizhou|441700 Yangjiang|441900 Dongguan|442000 Zhongshan
450100 Nanning|450500 Beihai|450600 Fangchenggang|450700 Qinzhou|450900 Yulin (Guangxi)|451400 Chongzuo
460100 Haikou|460400 Danzhou|469007 Dongfang|469023 Chengmai|469024 Lingao|469026 Changjiang
510100 Chengdu|510300 Zigong|510500 Luzhou|510600 Deyang|510700 Mianyang|510900 Suining|511000 Neijiang|511100 Leshan
511300 Nanchong|511400 Meishan|511500 Yibin|511600 Guang'an|511700 Dazhou|511800 Ya'an|512000 Ziyang
610100 Xi'an|610200 Tongchuan|610300 Baoji|610400 Xianyang|610500 Weinan|610800 Yulin (Shaanxi)|611000 Shangluo
620100 Lanzhou|620400 Baiyin|620500 Tianshui|620800 Pingliang|621000 Qingyang|621100 Dingxi|622900 Linxia
630100 Xining|630200 Haidong|632200 Haibei|632300 Huangnan|632500 Hainan Prefecture
810000 Hong Kong|820000 Macao
"""

# Chinese names of the cities that are not members of a cluster in the facts.
CITIES_OUTSIDE_CLUSTERS = {
    "150400": "赤峰市", "150500": "通辽市", "150700": "呼伦贝尔市", "152200": "兴安盟", "152500": "锡林郭勒盟",
}

CITY_ALIASES = {
    "150100": "Huhehaote;Huhhot", "150600": "Eerduosi", "150700": "Hulun Buir;Hulunbeier", "150400": "Ulanhad",
    "152200": "Hinggan League;Xing'an League;兴安", "152500": "Xilingol League;Xilin Gol;锡林郭勒",
    "220200": "Jilin Shi", "222400": "Yanbian Korean Autonomous Prefecture;延边;延边州",
    "230100": "Haerbin;Harbin City", "220100": "Changchun City", "230200": "Qiqihaer;Tsitsihar",
    "440100": "Canton", "469026": "Changjiang Li Autonomous County;昌江",
    "622900": "Linxia Hui Autonomous Prefecture;临夏;临夏州",
    "632200": "Haibei Tibetan Autonomous Prefecture;海北;海北州",
    "632300": "Huangnan Tibetan Autonomous Prefecture;黄南;黄南州",
    "632500": "Hainan Tibetan Autonomous Prefecture;海南州", "610100": "Xian", "340500": "Maanshan", "360800": "Jian",
    "511600": "Guangan", "511800": "Yaan",
    "810000": "Hong Kong SAR;Xianggang;香港", "820000": "Macau;Macao SAR;Aomen;澳门",
}

SPECIAL_REGION_NOTE = (
    "Special administrative region, of provincial rank in GB/T 2260; kept here with the member cities of its cluster, "
    "because PROVINCE means the 31 regions of the mainland that the statistics cover"
)
COUNTY_RANK_NOTE = "Of county rank, directly under the province"
SEAT_NOTE = "Seat of the government, datum GCJ-02 (some hundred metres off WGS 84); boundaries before June 2020"
CAPITAL_NOTE = "Coordinates of the capital {0}: its seat of government, datum GCJ-02 (some hundred metres off WGS 84)"
OWN_SEAT_NOTE = "Coordinates of its seat of government, datum GCJ-02 (some hundred metres off WGS 84)"

# ---------------------------------------------------------------------------------------------------------------------
# Industries
# ---------------------------------------------------------------------------------------------------------------------

GB4754 = "GB/T 4754-2011"
NINE = "NBS nine industries"
SECTORS = "NBS three sectors"

CLASSIFICATIONS = {
    GB4754: ("Industrial classification for national economic activities, 2011", "国民经济行业分类 (GB/T 4754-2011)"),
    NINE: ("Nine industries of the National Bureau of Statistics", "国家统计局地区生产总值九行业分组"),
    SECTORS: ("Three sectors of the National Bureau of Statistics", "国家统计局三次产业划分"),
}

# code | English | Chinese
SECTIONS = """
A|Agriculture, forestry, animal husbandry and fishery|农林牧渔业
B|Mining|采矿业
C|Manufacturing|制造业
D|Production and supply of electricity, heat, gas and water|电力、热力、燃气及水生产和供应业
E|Construction|建筑业
F|Wholesale and retail trade|批发和零售业
G|Transport, storage and post|交通运输、仓储和邮政业
H|Accommodation and catering|住宿和餐饮业
I|Information transmission, software and information technology|信息传输、软件和信息技术服务业
J|Finance|金融业
K|Real estate|房地产业
L|Leasing and business services|租赁和商务服务业
M|Scientific research and technical services|科学研究和技术服务业
N|Management of water conservancy, environment and public facilities|水利、环境和公共设施管理业
O|Services to households, repair and other services|居民服务、修理和其他服务业
P|Education|教育
Q|Health and social work|卫生和社会工作
R|Culture, sports and entertainment|文化、体育和娱乐业
S|Public management, social security and social organisations|公共管理、社会保障和社会组织
"""

DIVISIONS = """
B06|Mining and washing of coal
B07|Extraction of petroleum and natural gas
B08|Mining and processing of ferrous metal ores
B09|Mining and processing of non-ferrous metal ores
B10|Mining and processing of non-metal ores
B12|Mining of other ores
C13|Processing of food from agricultural products
C14|Manufacture of foods
C15|Manufacture of liquor, beverages and refined tea
C16|Manufacture of tobacco
C17|Manufacture of textiles
C18|Manufacture of textile wearing apparel and accessories
C19|Manufacture of leather, fur, feather and related products and footwear
C20|Processing of timber, manufacture of wood, bamboo, rattan, palm and straw products
C21|Manufacture of furniture
C22|Manufacture of paper and paper products
C23|Printing and reproduction of recording media
C24|Manufacture of articles for culture, education, arts and crafts, sport and entertainment
C25|Processing of petroleum, coking and processing of nuclear fuel
C26|Manufacture of raw chemical materials and chemical products
C27|Manufacture of medicines
C28|Manufacture of chemical fibres
C29|Manufacture of rubber and plastics products
C30|Manufacture of non-metallic mineral products
C31|Smelting and pressing of ferrous metals
C32|Smelting and pressing of non-ferrous metals
C33|Manufacture of metal products
C34|Manufacture of general purpose machinery
C35|Manufacture of special purpose machinery
C36|Manufacture of automobiles
C37|Manufacture of railway, ship, aerospace and other transport equipment
C38|Manufacture of electrical machinery and apparatus
C39|Manufacture of computers, communication and other electronic equipment
C40|Manufacture of measuring instruments and machinery
C42|Utilisation of waste resources
D44|Production and supply of electric power and heat power
D45|Production and supply of gas
D46|Production and supply of water
"""

NINE_INDUSTRIES = """
A|Agriculture, forestry, animal husbandry and fishery|农林牧渔业
B-D|Industry (mining, manufacturing, utilities)|工业
E|Construction|建筑业
F|Wholesale and retail trade|批发和零售业
G|Transport, storage and post|交通运输、仓储和邮政业
H|Accommodation and catering|住宿和餐饮业
J|Finance|金融业
K|Real estate|房地产业
OTHER|Other services|其他
"""

THREE_SECTORS = """
PRIMARY|Primary sector|第一产业
SECONDARY|Secondary sector|第二产业
TERTIARY|Tertiary sector|第三产业
"""

# First processing of minerals and fuels, with the mines (section B and its divisions).
RESOURCE_BASED = {"C25", "C30", "C31", "C32", "D44"}
# The six energy-intensive industries that the National Bureau of Statistics reports on, with the mines.
ENERGY_INTENSIVE = {"C25", "C26", "C30", "C31", "C32", "D44"}

# ---------------------------------------------------------------------------------------------------------------------
# Groups
# ---------------------------------------------------------------------------------------------------------------------

# id | English | Chinese | members | date | precision | document | note | source
ECONOMIC_REGIONS = [
    ("northeast", "Northeast China (with eastern Inner Mongolia)", "东北地区",
     "210000 220000 230000 150700 152200 150500 150400 152500", "2007-08-02", "DAY", "国函〔2007〕76号",
     "Three provinces and the five eastern leagues and cities of Inner Mongolia: a group that holds a part of a "
     "region", "northeast-plan"),
    ("east", "Eastern region", "东部地区", "110000 120000 130000 310000 320000 330000 350000 370000 440000 460000",
     "2011-06-13", "DAY", "", "", "nbs-economic-regions"),
    ("central", "Central region", "中部地区", "140000 340000 360000 410000 420000 430000", "2011-06-13", "DAY", "", "",
     "nbs-economic-regions"),
    ("west", "Western region", "西部地区",
     "150000 450000 500000 510000 520000 530000 540000 610000 620000 630000 640000 650000", "2011-06-13", "DAY", "", "",
     "nbs-economic-regions"),
    ("northeast-three-provinces", "Northeastern region (three provinces)", "东北三省", "210000 220000 230000",
     "2011-06-13", "DAY", "", "The statistical region; Inner Mongolia counts as western", "nbs-economic-regions"),
]

CLUSTER_CENTRES = {"230100", "220100"}  # of harbin-changchun, by its development plan; no other centres are stated

# ---------------------------------------------------------------------------------------------------------------------
# Citations: (start of the source as the facts give it, id, citation; None keeps the facts' wording)
# ---------------------------------------------------------------------------------------------------------------------

CITATIONS = [
    ("NBS National Data, table 国内生产总值指数", "nbs-gdp-index-nation", None),
    ("NBS National Data, table 地区生产总值指数", "nbs-gdp-index", None),
    ("NBS National Data, table 国内生产总值", "nbs-gdp-nation", None),
    ("NBS National Data, table 地区生产总值", "nbs-gdp", None),
    ("NBS National Data 分省年度数据.csv", "nbs-gdp-2026",
     "NBS National Data, yearly figures by province (分省年度数据), as kept in "
     "github.com/RenJiyi163/panel_data_analysis_for_thesis"),
    ("NBS National Data, table 按行业分城镇单位就业人员", "nbs-employment", None),
    ("NBS National Data, table 废水中主要污染物排放情况", "nbs-water", None),
    ("NBS National Data, table 全体及分城乡居民收支基本情况", "nbs-income", None),
    ("NBS National Data, table 每万人口卫生技术人员数", "nbs-doctors", None),
    ("NBS National Data, table 每万人口医疗卫生机构床位数", "nbs-beds", None),
    ("NBS National Data, table 按经营单位所在地分货物进出口总额", "nbs-trade", None),
    ("NBS National Data, table 地方财政收入", "nbs-fiscal", None),
    ("NBS National Data, table 全社会固定资产投资", "nbs-investment", None),
    ("NBS National Data, table 国内三种专利申请受理数和授权数", "nbs-patents", None),
    ("NBS National Data, table 废气中主要污染物排放", "nbs-air", None),
    ("NBS National Data, table 总人口", "nbs-population", None),
    ("NBS National Data, table 规模以上工业企业研究与试验发展", "nbs-rd", None),
    ("derived: state-held", "nbs-soe", None),
    ("derived: 城镇人口", "nbs-urbanisation", None),
    ("CHNCapitalStock", "capital-stock", None),
    ("common2016/FactorandIndustry", "division-employment",
     "China Labour Statistical Yearbook by way of Wind, as kept in github.com/common2016/FactorandIndustry "
     "(data/CityEmp.rda)"),
    ("transcribed ECharts page", "gdp-before-2018-census",
     "National Bureau of Statistics, provincial GDP 2000-2017 as published before the 4th economic census, transcribed "
     "from a page of charts"),
    ("Shandong Statistical Yearbook 2016", "shandong-2016", None),
    ("RenJiyi163/panel_data_analysis_for_thesis", "gdp-index-before-2018-census",
     "GDP index by province as published before the 4th economic census, in "
     "github.com/RenJiyi163/panel_data_analysis_for_thesis (分省年度数据_整合.csv), where the index of year t is the "
     "published growth of t-1: moved back by one year (24 press figures checked, 21 agree within 0.1); Beijing absent"),
    ("CSY 2000 table 3-8", "yearbook-2000",
     "China Statistical Yearbook 2000, table 3-8, stats.gov.cn/english/statisticaldata/yearlydata/YB2000e/C08E.htm "
     "(read as far as Jiangxi)"),
    ("itsallpartoftheplan", "yearbook-2011-quoted",
     "China Statistical Yearbook 2010 and 2011 as quoted at itsallpartoftheplan.wordpress.com/tag/china-2 (secondary; "
     "not checked against the yearbook)"),
    ("China Statistical Yearbook 2016, before the census", "yearbook-2016",
     "China Statistical Yearbook 2016, before the 4th economic census, at one decimal"),
    ("2015 population and GDP note", "beijing-2015",
     "Note on Beijing in a dictionary of cities: GDP of 2015 22968.6, growth 6.9 %"),
    ("CNR/央广网 2016-02-04", "cnr-2016", None),
    ("China Economic Net 2016-01-28", "ce-2016", None),
    ("China News Service 2015-08-12", "cns-2015", None),
    ("Chongqing Morning Post", "chongqing-2017", None),
    ("People's Daily Online 2017-01-22", "people-2017", None),
    ("Xinhua via China Daily 2015-01-29", "xinhua-2015", None),
    ("Zhang Junmian", "zhang-2016",
     "Zhang Junmian, Top 10 largest provincial economies in China 2015, china.org.cn, 9 March 2016"),
    ("Xinhua 2016-03-03", "xinhua-2016", "Xinhua, 3 March 2016: growth of Jilin in 2015 as quoted there"),
    ("computed from province boundaries", "province-boundaries",
     "Computed from province boundaries (within 0.02 degree) and compared with a published weights matrix, whose one "
     "further border (Qinghai-Ningxia) has no counterpart in the boundaries"),
    ("China City Statistical Yearbook (transcribed in CSMAR CRE_Gdpct)", "city-gdp", None),
    ("China City Statistical Yearbook (transcribed in CSMAR CRE_Eplwagct)", "city-employment", None),
    ("DataV.GeoAtlas", "city-seats", "DataV.GeoAtlas by way of github.com/lyhmyd1211/GeoMapData_CN: seats, datum GCJ-02"),
]

OWN_CITATIONS = {
    "nbs-economic-regions":
        "National Bureau of Statistics, 东西中部和东北地区划分方法, 13 June 2011, stats.gov.cn/tjzs/t20110613_402731597.htm",
    "northeast-plan":
        "State Council, 国务院关于东北地区振兴规划的批复, 国函〔2007〕76号, 2 August 2007 (zh.wikisource.org); extent of the "
        "plan: China News Service, 20 August 2007",
}

# ---------------------------------------------------------------------------------------------------------------------
# Indicators: code | English | Chinese | unit | power of ten | kind | prices | aggregation | decimals | classification |
# growth indicator | description
# ---------------------------------------------------------------------------------------------------------------------

PERSONS_NOTE_2013 = "Coverage widens in 2013 (status B): 2012 and 2013 are not comparable."

CHINA_INDICATORS = [
    ("gdp_real_growth", "Real growth of GDP", "地区生产总值增长率", "percent", 0, "RATE", "CONSTANT", "NONE", 1, "", "",
     "On the previous year, at constant prices. First releases have status P."),
    ("gdp_real_growth_by_sector", "Real growth of value added by sector", "三次产业增加值增长率", "percent", 0, "RATE",
     "CONSTANT", "NONE", 1, SECTORS, "", "On the previous year, at constant prices. No figures for the nation."),
    ("gdp_real_growth_half_year", "Real growth of GDP, half-year", "上半年地区生产总值增长率", "percent", 0, "RATE",
     "CONSTANT", "NONE", 1, "", "", "First half-year on the same half of the year before; first release."),
    ("gdp_growth_target", "Target for the real growth of GDP", "地区生产总值增长预期目标", "percent", 0, "RATE", "CONSTANT",
     "NONE", 1, "", "", "Target for the year; Shanghai set none."),
    ("gdp", "GDP", "地区生产总值", "CNY", 8, "FLOW", "CURRENT", "SUM", 2, "", "gdp_real_growth",
     "Gross regional product. The provinces do not add up to the nation."),
    ("gdp_half_year", "GDP, half-year", "上半年地区生产总值", "CNY", 8, "FLOW", "CURRENT", "SUM", 2, "",
     "gdp_real_growth_half_year", "First half-year; first release."),
    ("gdp_by_sector", "Value added by sector", "三次产业增加值", "CNY", 8, "FLOW", "CURRENT", "SUM", 2, SECTORS,
     "gdp_real_growth_by_sector", "The three sectors add up to GDP."),
    ("gdp_share_by_sector", "Share of the sectors in GDP", "三次产业构成", "percent", 0, "SHARE", "CURRENT", "NONE", 1,
     SECTORS, "", "As printed in 2016."),
    ("gdp_per_capita", "GDP per head", "人均地区生产总值", "CNY", 0, "FLOW", "CURRENT", "NONE", 0, "", "",
     "Per resident person, average of the year."),
    ("value_added_by_industry", "Value added by industry", "分行业增加值", "CNY", 8, "FLOW", "CURRENT", "SUM", 2, NINE, "",
     "The nine industries add up to GDP. No figures for the nation."),
    ("value_added_share_by_industry", "Share of industries in GDP", "分行业增加值构成", "percent", 0, "SHARE", "CURRENT",
     "NONE", 1, NINE, "", "Four of the nine industries, as printed in 2016."),
    ("employment_by_section", "Employment in urban units by section", "按行业门类分城镇单位就业人员", "persons", 4, "LEVEL",
     "NONE", "SUM", 2, GB4754, "",
     "At the end of the year. Self-employed persons and private enterprises are not counted. " + PERSONS_NOTE_2013 +
     " An absent cell is a missing or an empty one: no zero was published."),
    ("employment_urban_units", "Employment in urban units", "城镇单位就业人员", "persons", 4, "LEVEL", "NONE", "SUM", 2,
     "", "", "Total of the sections, at the end of the year. " + PERSONS_NOTE_2013),
    ("employment_by_division", "Employment in urban units by division", "按行业大类分城镇单位就业人员", "persons", 0, "LEVEL",
     "NONE", "SUM", 0, GB4754, "",
     "Mining, manufacturing and utilities. Manufacturing adds up to the section within 2.7 %. Before 2012 automobiles "
     "and other transport equipment were one division and were split by the compilers (status E). " +
     PERSONS_NOTE_2013 + " An absent cell is a missing or an empty one: no zero was published."),
    ("population", "Resident population", "年末常住人口", "persons", 4, "LEVEL", "NONE", "SUM", 0, "", "",
     "At the end of the year; before the revision that followed the census of 2020."),
    ("population_urban", "Urban population", "城镇人口", "persons", 4, "LEVEL", "NONE", "SUM", 0, "", "",
     "At the end of the year; before the revision that followed the census of 2020."),
    ("population_rural", "Rural population", "乡村人口", "persons", 4, "LEVEL", "NONE", "SUM", 0, "", "",
     "At the end of the year; before the revision that followed the census of 2020."),
    ("urbanisation_rate", "Urbanisation rate", "城镇化率", "percent", 0, "SHARE", "NONE", "NONE", 2, "", "",
     "Urban population over resident population; derived."),
    ("disposable_income_per_capita", "Disposable income per head", "居民人均可支配收入", "CNY", 0, "FLOW", "CURRENT", "NONE",
     0, "", "", "All households."),
    ("disposable_income_per_capita_urban", "Disposable income per head, urban", "城镇居民人均可支配收入", "CNY", 0, "FLOW",
     "CURRENT", "NONE", 0, "", "", "Urban households."),
    ("disposable_income_per_capita_rural", "Disposable income per head, rural", "农村居民人均可支配收入", "CNY", 0, "FLOW",
     "CURRENT", "NONE", 0, "", "", "Rural households."),
    ("fixed_asset_investment", "Investment in fixed assets", "全社会固定资产投资", "CNY", 8, "FLOW", "CURRENT", "SUM", 2, "",
     "", "Whole society. Ends in 2017."),
    ("real_estate_investment", "Investment in real estate", "房地产开发投资", "CNY", 8, "FLOW", "CURRENT", "SUM", 2, "", "",
     "Development of real estate."),
    ("gross_fixed_capital_formation", "Gross fixed capital formation", "固定资本形成总额", "CNY", 8, "FLOW", "CURRENT",
     "SUM", 2, "", "", "Compiled from several editions: of mixed vintage."),
    ("investment_price_index", "Price index of investment", "固定资产投资价格指数", "1952 = 1", 0, "INDEX", "NONE", "NONE",
     3, "", "", "Of gross fixed capital formation. Compiled from several editions: of mixed vintage."),
    ("depreciation_of_fixed_capital", "Depreciation of fixed capital", "固定资产折旧", "CNY", 8, "FLOW", "CURRENT", "SUM",
     2, "", "", "Compiled from several editions: of mixed vintage."),
    ("fiscal_revenue", "Local fiscal revenue", "地方财政收入", "CNY", 8, "FLOW", "CURRENT", "SUM", 2, "", "",
     "Revenue of the local governments."),
    ("exports", "Exports of goods", "货物出口总额", "USD", 3, "FLOW", "CURRENT", "SUM", 0, "", "",
     "By the place of the trading unit."),
    ("imports", "Imports of goods", "货物进口总额", "USD", 3, "FLOW", "CURRENT", "SUM", 0, "", "",
     "By the place of the trading unit."),
    ("rd_expenditure_industry", "Expenditure on research and development", "规模以上工业企业R&D经费", "CNY", 4, "FLOW",
     "CURRENT", "SUM", 0, "", "", "Industrial enterprises above designated size."),
    ("rd_staff_industry", "Staff in research and development", "规模以上工业企业R&D人员全时当量", "person-years", 0, "FLOW",
     "NONE", "SUM", 0, "", "", "Full-time equivalents, industrial enterprises above designated size."),
    ("patents_granted", "Patents granted", "国内专利授权数", "items", 0, "FLOW", "NONE", "SUM", 0, "", "",
     "Domestic applicants, three kinds of patent."),
    ("invention_patents_granted", "Invention patents granted", "国内发明专利授权数", "items", 0, "FLOW", "NONE", "SUM", 0, "",
     "", "Domestic applicants."),
    ("so2_emissions", "Emissions of sulphur dioxide", "二氧化硫排放量", "tonnes", 4, "FLOW", "NONE", "SUM", 2, "", "", ""),
    ("cod_emissions", "Chemical oxygen demand discharged", "化学需氧量排放量", "tonnes", 4, "FLOW", "NONE", "SUM", 2, "", "",
     ""),
    ("nox_emissions", "Emissions of nitrogen oxides", "氮氧化物排放量", "tonnes", 4, "FLOW", "NONE", "SUM", 2, "", "", ""),
    ("doctors_per_1000", "Doctors per 1000 persons", "每千人口执业(助理)医师数", "per 1000 persons", 0, "SHARE", "NONE",
     "NONE", 2, "", "", "Licensed doctors and assistant doctors."),
    ("medical_staff_per_1000", "Medical staff per 1000 persons", "每千人口卫生技术人员数", "per 1000 persons", 0, "SHARE",
     "NONE", "NONE", 2, "", "", "Medical technical staff."),
    ("hospital_beds_per_1000", "Hospital beds per 1000 persons", "每千人口医疗卫生机构床位数", "per 1000 persons", 0, "SHARE",
     "NONE", "NONE", 2, "", "", "Beds of medical institutions."),
    ("soe_share_assets", "State-owned share of industrial assets", "国有控股工业企业资产占比", "percent", 0, "SHARE", "CURRENT",
     "NONE", 2, "", "", "State-held over all industrial enterprises above designated size; derived."),
    ("soe_share_revenue", "State-owned share of industrial revenue", "国有控股工业企业收入占比", "percent", 0, "SHARE",
     "CURRENT", "NONE", 2, "", "", "State-held over all industrial enterprises above designated size; derived."),
]

CLUSTER_INDICATORS = [
    ("gdp_real_growth", "Real growth of GDP", "地区生产总值增长率", "percent", 0, "RATE", "CONSTANT", "NONE", 1, "", "",
     "On the previous year, at constant prices."),
    ("gdp", "GDP", "地区生产总值", "CNY", 8, "FLOW", "CURRENT", "SUM", 2, "", "gdp_real_growth",
     "Whole city. Yanbian only from 2017 on."),
    ("gdp_by_sector", "Value added by sector", "三次产业增加值", "CNY", 4, "FLOW", "CURRENT", "SUM", 0, SECTORS, "",
     "Whole city. Yanbian only from 2017 on."),
    ("gdp_share_by_sector", "Share of the sectors in GDP", "三次产业构成", "percent", 0, "SHARE", "CURRENT", "NONE", 2,
     SECTORS, "", "As printed."),
    ("gdp_per_capita", "GDP per head", "人均地区生产总值", "CNY", 0, "FLOW", "CURRENT", "NONE", 0, "", "",
     "As printed. Harbin's figure of 2015 is a misprint at the source, and those of 2016 to 2018 do not fit its GDP "
     "either (status U). Yanbian only from 2017 on."),
    ("population_registered", "Registered population", "年末户籍人口", "persons", 4, "LEVEL", "NONE", "SUM", 2, "", "",
     "Household register, end of the year. The figure of 2020 is the resident population of the census (status D)."),
    ("population_density", "Population density", "人口密度", "persons per km2", 0, "SHARE", "NONE", "NONE", 1, "", "", ""),
    ("employed_persons", "Employed persons", "从业人员", "persons", 4, "LEVEL", "NONE", "SUM", 2, "", "",
     "All employed persons to 1997, urban units from 1998 on (status B)."),
    ("employed_urban_private_and_self", "Urban private and self-employed persons", "城镇私营和个体从业人员", "persons", 4,
     "LEVEL", "NONE", "SUM", 2, "", "", ""),
    ("employees_annual_average", "Employees, yearly average", "在岗职工平均人数", "persons", 4, "LEVEL", "NONE", "SUM", 2,
     "", "", "On-post staff."),
    ("employment_share_by_sector", "Share of the sectors in employment", "三次产业从业人员构成", "percent", 0, "SHARE", "NONE",
     "NONE", 2, SECTORS, "", "Of urban-unit employment."),
    ("average_wage", "Average wage", "在岗职工平均工资", "CNY", 0, "FLOW", "CURRENT", "NONE", 0, "", "", "Per year."),
    ("wage_bill", "Wage bill", "在岗职工工资总额", "CNY", 4, "FLOW", "CURRENT", "SUM", 0, "", "", "Per year."),
]

# ---------------------------------------------------------------------------------------------------------------------
# Data sets and vintages. An observation block is (file, through or None, indicators or None).
# ---------------------------------------------------------------------------------------------------------------------

# In vintage 4 these would contradict the revision of the population that followed the census of 2020.
POPULATION_SERIES = {"population", "population_urban", "population_rural", "urbanisation_rate"}

PANEL_CARRIED = [
    "cod_emissions", "disposable_income_per_capita", "disposable_income_per_capita_rural",
    "disposable_income_per_capita_urban", "doctors_per_1000", "exports", "fiscal_revenue", "fixed_asset_investment",
    "hospital_beds_per_1000", "imports", "invention_patents_granted", "medical_staff_per_1000", "nox_emissions",
    "patents_granted", "rd_expenditure_industry", "rd_staff_industry", "real_estate_investment", "so2_emissions",
    "soe_share_assets", "soe_share_revenue",
]

LICENCE = (
    "Figures of official statistics, with a source on every row; the compilation is under the licence of this "
    "repository. See crates/datastore/bundled/README.md for the attributions."
)

CHINA = {
    "id": "china-provinces",
    "title": ("Provincial regions of China", "中国省级地区"),
    "description":
        "31 provincial regions of mainland China and the nation: growth, GDP by sector and industry, employment by "
        "section and division, population, income, investment, trade, research, emissions, health, capital. Four "
        "vintages: early 2016, and before the 4th, after the 4th and after the 5th economic census. The provinces do "
        "not add up to the nation. A value that was not found is absent.",
    "publisher": "National Bureau of Statistics of China (most figures; each row names its source)",
    "licence": LICENCE,
    "main_level": "PROVINCE",
    "boundary_version": "GB/T 2260-2015",
    "benchmark_region": "100000",
    "classifications": [GB4754, NINE, SECTORS],
    "indicators": CHINA_INDICATORS,
    "vintages": [
        (1, "2016-02-29", "DAY", "Early 2016",
         "Dated by the national communiqué on 2015. Growth of 2015 is the first release where one was found (status P); "
         "for the other regions it is the figure of the yearbook of 2016 at one decimal, and the row says so. Growth of "
         "earlier years, targets of 2015 and the first half-year of 2015 as published until then. Some first releases "
         "are known from later reports that quote them.",
         [("growth-early-2016.csv", None, None), ("targets-and-half-year-2015.csv", None, None)]),
        (2, "2018-10-01", "MONTH", "Before the 4th economic census",
         "The state of the yearbooks of 2016 to 2018, before the revision that followed the 4th economic census "
         "(2018). Growth that this series lacks (the nation, Beijing, years before 2014) is carried over from earlier "
         "publications. Panel and employment figures were compiled from tables read in 2020-2021; sectors, industries and "
         "GDP per head, known only as revised by the census, are left out. No GDP of the nation.",
         [("growth-before-2018-census.csv", None, None), ("targets-and-half-year-2015.csv", None, None),
          ("gdp-before-2018-census.csv", None, None), ("employment-by-section.csv", "2017", None),
          ("employment-by-division.csv", "2016", None), ("panel.csv", "2017", None)]),
        (3, "2021-01-01", "YEAR", "After the 4th economic census",
         "As read from NBS National Data in 2020-2021, revised back to 2000 after the 4th economic census. Population "
         "before the revision that followed the census of 2020. Fixed capital is of mixed vintage and stands in "
         "vintages 3 and 4; here to 2019.",
         [("accounts-after-2018-census.csv", None, None), ("growth-after-2018-census.csv", None, None),
          ("targets-and-half-year-2015.csv", None, ["gdp_growth_target"]), ("employment-by-section.csv", None, None),
          ("employment-by-division.csv", None, None), ("panel.csv", None, None), ("capital.csv", "2019", None)]),
        (4, "2026-01-01", "YEAR", "After the 5th economic census",
         "GDP 2006-2024 as read from NBS National Data in 2025-2026, revised after the 5th economic census (2023). No "
         "growth rates and no GDP of the nation were found. Employment and those panel series that no census revises "
         "are carried over from vintage 3; population is not, because it was revised after the census of 2020. Fixed "
         "capital is of mixed vintage.",
         [("gdp-after-2023-census.csv", None, None),
          ("targets-and-half-year-2015.csv", None, ["gdp_growth_target"]), ("employment-by-section.csv", None, None),
          ("employment-by-division.csv", None, None), ("panel.csv", None, PANEL_CARRIED), ("capital.csv", None, None)]),
    ],
}

CLUSTER = {
    "id": "harbin-changchun",
    "title": ("Harbin-Changchun city cluster", "哈长城市群"),
    "description":
        "The 11 cities of the Harbin-Changchun cluster, 1990-2021: GDP, sectors, registered population, employment, "
        "wages; coordinates of the seats (GCJ-02). As printed in the China City Statistical Yearbooks: Harbin's GDP "
        "per head of 2015 is misprinted at the source, Yanbian has no GDP before 2017, and later censuses are not "
        "carried back.",
    "publisher": "National Bureau of Statistics of China (China City Statistical Yearbook)",
    "licence": LICENCE,
    "main_level": "PREFECTURE",
    "boundary_version": "GB/T 2260-2015",
    "benchmark_region": None,
    "classifications": [SECTORS],
    "indicators": CLUSTER_INDICATORS,
    "vintages": [
        (1, "2023-01-01", "YEAR", "China City Statistical Yearbook to 2022",
         "Each figure as its yearbook printed it. The last yearbook, of 2022 with figures of 2021, came out at the "
         "beginning of 2023.",
         [("cities.csv", None, None)]),
    ],
}

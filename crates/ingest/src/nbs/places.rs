//! Provincial regions of China, by the names that National Data writes, with their codes of GB/T 2260.

/// Code of the nation.
pub(super) const NATION: &str = "100000";

/// A region.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) code: &'static str,
    /// Name in full.
    pub(super) name: &'static str,
    pub(super) english: &'static str,
}

impl Place {
    /// Level of the region.
    pub(super) fn level(&self) -> &'static str {
        if self.code == NATION { "NATION" } else { "PROVINCE" }
    }

    /// Code of the region that it lies in.
    pub(super) fn parent(&self) -> &'static str {
        if self.code == NATION { "" } else { NATION }
    }
}

/// The region of a name in full.
pub(super) fn find(name: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.name == name)
}

const fn place(code: &'static str, name: &'static str, english: &'static str) -> Place {
    Place { code, name, english }
}

const PLACES: [Place; 32] = [
    place("100000", "全国", "China (mainland)"),
    place("110000", "北京市", "Beijing"),
    place("120000", "天津市", "Tianjin"),
    place("130000", "河北省", "Hebei"),
    place("140000", "山西省", "Shanxi"),
    place("150000", "内蒙古自治区", "Inner Mongolia"),
    place("210000", "辽宁省", "Liaoning"),
    place("220000", "吉林省", "Jilin"),
    place("230000", "黑龙江省", "Heilongjiang"),
    place("310000", "上海市", "Shanghai"),
    place("320000", "江苏省", "Jiangsu"),
    place("330000", "浙江省", "Zhejiang"),
    place("340000", "安徽省", "Anhui"),
    place("350000", "福建省", "Fujian"),
    place("360000", "江西省", "Jiangxi"),
    place("370000", "山东省", "Shandong"),
    place("410000", "河南省", "Henan"),
    place("420000", "湖北省", "Hubei"),
    place("430000", "湖南省", "Hunan"),
    place("440000", "广东省", "Guangdong"),
    place("450000", "广西壮族自治区", "Guangxi"),
    place("460000", "海南省", "Hainan"),
    place("500000", "重庆市", "Chongqing"),
    place("510000", "四川省", "Sichuan"),
    place("520000", "贵州省", "Guizhou"),
    place("530000", "云南省", "Yunnan"),
    place("540000", "西藏自治区", "Tibet"),
    place("610000", "陕西省", "Shaanxi"),
    place("620000", "甘肃省", "Gansu"),
    place("630000", "青海省", "Qinghai"),
    place("640000", "宁夏回族自治区", "Ningxia"),
    place("650000", "新疆维吾尔自治区", "Xinjiang"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_code_stands_once() {
        for (at, place) in PLACES.iter().enumerate() {
            assert_eq!(find(place.name), Some(place));
            assert!(PLACES.iter().skip(at + 1).all(|other| other.code != place.code), "{}", place.code);
        }
        assert_eq!(find("陕西省").map(|place| place.code), Some("610000"));
        assert_eq!(find("山西省").map(|place| place.code), Some("140000"));
        assert_eq!(find("北京"), None);
    }
}

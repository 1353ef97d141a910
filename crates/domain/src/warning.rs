//! Something a reader of an answer should know.

/// Something a reader of an answer should know; never a substitute for an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Code in UPPER_SNAKE, stable.
    pub code: std::borrow::Cow<'static, str>,
    /// A sentence for people.
    pub text: String,
    /// Regions it touches, by code.
    pub regions: Vec<String>,
    /// Industries it touches, by code.
    pub industries: Vec<String>,
}

impl Warning {
    /// A warning that touches no particular region or industry.
    pub fn new(code: impl Into<std::borrow::Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { code: code.into(), text: text.into(), regions: Vec::new(), industries: Vec::new() }
    }

    /// The regions it touches.
    #[must_use]
    pub fn with_regions(mut self, regions: impl IntoIterator<Item = String>) -> Self {
        self.regions.extend(regions);
        self
    }

    /// The industries it touches.
    #[must_use]
    pub fn with_industries(mut self, industries: impl IntoIterator<Item = String>) -> Self {
        self.industries.extend(industries);
        self
    }
}

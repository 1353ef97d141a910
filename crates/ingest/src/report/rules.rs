//! The rules that an input may break.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is imported.
    Error,
    /// The input is imported; somebody should look.
    Warning,
}

/// Defines the rules, each with its severity, the name that programs match on, and what it asks for.
macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident: $severity:ident, $code:literal, $demand:literal;)*) => {
        /// A rule that the input broke.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[$doc])* $rule,)*
        }

        impl Rule {
            /// All rules, in the order in which reports list them.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// How bad it is to break it.
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$rule => Severity::$severity,)*
                }
            }

            /// The name that programs match on; stable.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$rule => $code,)*
                }
            }

            /// What the rule asks for, for people.
            pub fn demand(self) -> &'static str {
                match self {
                    $(Self::$rule => $demand,)*
                }
            }
        }
    };
}

rules! {
    /// The file cannot be read to its end.
    Unreadable: Error, "UNREADABLE", "the file can be read to its end";
    /// A compressed file expands to more than is read.
    ExpandsTooFar: Error, "EXPANDS_TOO_FAR", "a compressed file expands to 256 MiB, or 200 times its size, at most";
    /// The compression is not one that is read.
    UnknownCompression: Error, "UNKNOWN_COMPRESSION",
        "files are plain, in gzip, in zstd or in a tar archive; tables of Parquet or Arrow are plain";
    /// Nothing tells which format the input has.
    UnknownFormat: Error, "UNKNOWN_FORMAT", "the first lines show which format it is, or it is named";
    /// The format that was named is not the one of the input.
    WrongFormat: Error, "WRONG_FORMAT", "the input has the layout of its format";
    /// Members of an archive have different layouts.
    MixedFormats: Error, "MIXED_FORMATS", "all members of an archive have one layout";
    /// The name of a character set is not known.
    UnknownCharacterSet: Error, "UNKNOWN_CHARACTER_SET",
        "a character set has a name of the WHATWG Encoding Standard: utf-8, utf-16le, windows-1252, gb18030, …";
    /// Bytes are no text in the character set.
    UndecodableText: Error, "UNDECODABLE_TEXT", "the input is text in its character set (UTF-8, unless another is named or found)";
    /// A record is too long.
    RecordTooLong: Error, "RECORD_TOO_LONG", "a record has 4 MiB at most";
    /// The input has no header.
    NoHeader: Error, "NO_HEADER", "the first line names the columns";
    /// The header lacks a column.
    MissingColumn: Error, "MISSING_COLUMN", "the header has this column";
    /// The header names a column twice.
    DuplicateColumn: Error, "DUPLICATE_COLUMN", "the header names each column once";
    /// Nothing says which indicator it is.
    NoIndicator: Error, "NO_INDICATOR", "a column, a constant of the mapping or --indicator says which indicator it is";
    /// The input has no dimension of regions, of periods or of indicators.
    MissingDimension: Error, "MISSING_DIMENSION",
        "one dimension is known, or named, as the region, one as the period, and one or a chosen code as the indicator";
    /// A record asks for something else than to be read.
    UnknownAction: Error, "UNKNOWN_ACTION",
        "a record is to be added (A, I, R, M); what is deleted is left out of the next vintage";
    /// The text is no JSON.
    BadJson: Error, "BAD_JSON", "the text is JSON (RFC 8259)";
    /// Parts of a data set contradict each other.
    Inconsistent: Error, "INCONSISTENT", "sizes, categories, values and statuses of a data set agree";
    /// The input holds no observations.
    NoData: Error, "NO_DATA", "the file holds observations";
    /// A column is of a type that is not read.
    ColumnType: Error, "COLUMN_TYPE", "codes are text, whole numbers or dictionaries of them, and values are numbers";
    /// A file is larger than what is read.
    TooLarge: Error, "TOO_LARGE", "the file is no larger than what is read at once";
    /// Codes, or notes, are more than memory is set aside for.
    TooManyTexts: Error, "TOO_MANY_TEXTS",
        "codes of a kind, each counted once, have room in 256 MiB of memory, and flags, notes and sources together in 1 GiB";
    /// A quoted field has no end.
    UnclosedQuote: Error, "UNCLOSED_QUOTE", "every quoted field has an end";
    /// A quote stands where none may.
    StrayQuote: Error, "STRAY_QUOTE", "a field with quotes is quoted as a whole, and each quote in it is doubled";
    /// A record has more or fewer fields than the header.
    WrongFieldCount: Error, "WRONG_FIELD_COUNT", "every record has as many fields as the header";
    /// An indicator is empty.
    EmptyIndicator: Error, "EMPTY_INDICATOR", "every record names an indicator";
    /// A region is empty.
    EmptyRegion: Error, "EMPTY_REGION", "every record names a region";
    /// A code has not the form that its format gives it.
    BadCode: Error, "BAD_CODE", "a code has the form that the format gives it: five digits of a county, for example";
    /// A period has none of the forms that are read.
    BadPeriod: Error, "BAD_PERIOD", "a period is like 2015, 2015-S1, 2015-Q1, 2015-03 or 2015-W07";
    /// A value is no number.
    BadNumber: Error, "BAD_NUMBER", "a value is a decimal number with a point, or empty";
    /// The decimal sign can be read in two ways.
    AmbiguousNumber: Error, "AMBIGUOUS_NUMBER", "the mapping says which sign is the decimal one and which parts thousands";
    /// A value is infinite or no number by name.
    NotFinite: Error, "NOT_FINITE", "a value is finite; where there is none, the field is empty";
    /// A status is not in the code list.
    UnknownStatus: Error, "UNKNOWN_STATUS", "a status is a code of the SDMX list CL_OBS_STATUS";
    /// A status says that the value is missing, and there is one.
    ValueWithMissingStatus: Error, "VALUE_WITH_MISSING_STATUS", "a status of a missing value has no value";
    /// The name of a region is not known.
    UnknownRegionName: Error, "UNKNOWN_REGION_NAME", "a region has one of the names that the format has codes for";
    /// A code is in no translation table.
    UntranslatedCode: Error, "UNTRANSLATED_CODE", "the mapping's table of codes has every code of the column";
    /// A key stands twice, with different values or statuses.
    ConflictingDuplicate: Error, "CONFLICTING_DUPLICATE", "indicator, region, industry and period stand once, or with the same value";
    /// A key stands twice, with the same value and status; the first is kept.
    RepeatedDuplicate: Warning, "REPEATED_DUPLICATE", "indicator, region, industry and period stand once; the first was kept";
    /// A status says that the value is normal, and there is none.
    NormalStatusWithoutValue: Warning, "NORMAL_STATUS_WITHOUT_VALUE", "a normal value is there";
    /// A column is not read.
    ColumnNotRead: Warning, "COLUMN_NOT_READ", "every column is one that is read";
    /// A table of the mapping says something that the format makes no use of.
    MappingNotUsed: Warning, "MAPPING_NOT_USED", "the mapping says nothing that the format has no use for";
    /// A dimension with several values became a part of the indicator's code.
    DimensionJoined: Warning, "DIMENSION_JOINED_INTO_INDICATOR",
        "a dimension is region, industry or period, or has one value; its values became part of the indicator's code";
    /// A flag has a letter that is not known.
    UnknownFlag: Warning, "UNKNOWN_FLAG", "a flag has letters that are known; it was kept as it stands";
    /// A link to a data set is not followed.
    LinkNotFollowed: Warning, "LINK_NOT_FOLLOWED", "data sets stand in the file itself; links are not followed";
    /// A member of an archive is not read.
    MemberNotRead: Warning, "MEMBER_NOT_READ", "every member of an archive is one that is read";
    /// Cells of one indicator stand with and without an industry.
    IndustryMissing: Error, "INDUSTRY_MISSING", "all cells of an indicator name an industry, or none does";
    /// A level or a region that is to be the default is none of the data set's.
    UnknownDefault: Error, "UNKNOWN_DEFAULT", "main level and benchmark region are a level and a region of the data set";
    /// A day of publication is no date.
    BadDate: Error, "BAD_DATE", "a day of publication is like 2019-12-12, 2019-12 or 2019";
    /// A day of publication is yet to come.
    FuturePublication: Error, "FUTURE_PUBLICATION", "a vintage was published before it is imported";
    /// A region or an industry names a parent that nothing describes.
    UnknownParent: Warning, "UNKNOWN_PARENT", "a parent is a code that occurs or is described; this one was left out";
    /// The day of publication is not known.
    PublishedAssumed: Warning, "PUBLISHED_ASSUMED", "the day of publication is stated; the day of the import was taken";
    /// Nothing says what kind of figures an indicator holds.
    KindAssumed: Warning, "KIND_ASSUMED", "the mapping says what an indicator is; it was taken for an amount that is not added up over regions";
    /// A value is not the sum of the values that it is made up of.
    NotTheSum: Warning, "NOT_THE_SUM", "a value is the sum of its parts, but for rounding";
    /// A series repeats another one, or its own of the vintage before, a period earlier or later.
    SeriesShifted: Warning, "SERIES_SHIFTED", "no series repeats another one a period earlier or later";
    /// A region has far fewer values than before, or than those beside it.
    CoverageDrop: Warning, "COVERAGE_DROP", "a region has about as many values as before, and as those of its level";
    /// Values become a power of ten times what they were.
    UnitJump: Warning, "UNIT_JUMP", "a series keeps its unit: values do not become a power of ten times those before";
    /// A value of many digits stays the same for many periods.
    ConstantRun: Warning, "CONSTANT_RUN", "a value of many digits changes from period to period";
    /// There are more series than the checks have room for.
    SeriesNotChecked: Warning, "SERIES_NOT_CHECKED", "there are no more series than the checks have room for";
    /// The character set is a guess.
    CharacterSetGuessed: Warning, "CHARACTER_SET_GUESSED", "the character set is named, or UTF-8; this one was guessed";
}

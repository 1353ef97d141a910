//! Tables of the reference folder: tidy CSV, and matrices made of it.

use std::collections::BTreeSet;
use std::path::Path;

use growthpole_methods::Amounts;

/// Rows of a file.
#[derive(Debug, Clone)]
pub struct Records {
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    header: &'a csv::StringRecord,
    row: &'a csv::StringRecord,
}

impl Records {
    /// Reads a file.
    pub fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let header = reader.headers().unwrap().clone();
        Self { header, rows: reader.records().collect::<Result<_, _>>().unwrap() }
    }

    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|row| Row { header: &self.header, row })
    }

    /// Names of the columns.
    pub fn columns(&self) -> Vec<&str> {
        self.header.iter().collect()
    }

    /// The numbers of a column.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        self.rows().map(|row| row.number(column)).collect()
    }
}

impl<'a> Row<'a> {
    /// A cell as text.
    pub fn text(&self, column: &str) -> &'a str {
        let at =
            self.header.iter().position(|name| name == column).unwrap_or_else(|| panic!("there is a column {column}"));
        &self.row[at]
    }

    /// A cell as a number; NaN where it is missing.
    pub fn number(&self, column: &str) -> f64 {
        match self.text(column) {
            "NA" | "" => f64::NAN,
            text => text.parse().unwrap_or_else(|_| panic!("{column}: {text} is a number")),
        }
    }
}

/// Amounts with labels, regions by industries.
#[derive(Debug, Clone)]
pub struct Table {
    /// Labels of regions.
    pub regions: Vec<String>,
    /// Labels of industries.
    pub industries: Vec<String>,
    cells: Vec<f64>,
}

impl Table {
    /// Spreads rows over regions and industries, both in byte order. Pairs without a row are 0.
    pub fn pivot<'a>(rows: impl IntoIterator<Item = Row<'a>>, region: &str, industry: &str, value: &str) -> Self {
        let rows: Vec<Row<'_>> = rows.into_iter().collect();
        let labels = |column: &str| -> Vec<String> {
            let labels: BTreeSet<&str> = rows.iter().map(|row| row.text(column)).collect();
            labels.into_iter().map(str::to_owned).collect()
        };
        let (regions, industries) = (labels(region), labels(industry));
        let mut cells = vec![0.0; regions.len() * industries.len()];
        for row in &rows {
            let region = regions.binary_search(&row.text(region).to_owned()).unwrap();
            let industry = industries.binary_search(&row.text(industry).to_owned()).unwrap();
            cells[region * industries.len() + industry] = row.number(value);
        }
        Self { regions, industries, cells }
    }

    /// The cells of some regions and industries, in that order; a label that is not there is a row or column of zeros.
    pub fn block(&self, regions: &[&str], industries: &[&str]) -> Self {
        let mut cells = Vec::with_capacity(regions.len() * industries.len());
        for region in regions {
            cells.extend(industries.iter().map(|industry| self.get(region, industry)));
        }
        Self::from_cells(regions, industries, cells)
    }

    /// A table of cells, region by region.
    pub fn from_cells(regions: &[&str], industries: &[&str], cells: Vec<f64>) -> Self {
        assert_eq!(cells.len(), regions.len() * industries.len(), "a cell for every pair");
        let owned = |labels: &[&str]| labels.iter().map(|&label| label.to_owned()).collect();
        Self { regions: owned(regions), industries: owned(industries), cells }
    }

    /// The table with a region, and perhaps an industry, that holds nothing.
    pub fn without(mut self, region: &str, industry: Option<&str>) -> Self {
        let n = self.industries.len();
        for (at, cell) in self.cells.iter_mut().enumerate() {
            if self.regions[at / n] == region || Some(self.industries[at % n].as_str()) == industry {
                *cell = 0.0;
            }
        }
        self
    }

    /// One cell; 0 where the labels are not there.
    pub fn get(&self, region: &str, industry: &str) -> f64 {
        let region = self.regions.iter().position(|label| label == region);
        let industry = self.industries.iter().position(|label| label == industry);
        region.zip(industry).map_or(0.0, |(region, industry)| self.cells[region * self.industries.len() + industry])
    }

    /// The cells as amounts.
    pub fn amounts(&self) -> Amounts {
        Amounts::try_new(self.cells.clone(), self.industries.len()).expect("the cells are amounts")
    }

    /// Labels of regions.
    pub fn region_labels(&self) -> Vec<&str> {
        self.regions.iter().map(String::as_str).collect()
    }

    /// Labels of industries.
    pub fn industry_labels(&self) -> Vec<&str> {
        self.industries.iter().map(String::as_str).collect()
    }

    /// Both labels and the value of every cell of a list, region by region.
    pub fn labelled<'a, T: Copy>(&'a self, cells: &'a [T]) -> impl Iterator<Item = (&'a str, &'a str, T)> {
        assert_eq!(cells.len(), self.cells.len(), "as many cells as the table has");
        let labels =
            self.regions.iter().flat_map(|region| self.industries.iter().map(move |industry| (region, industry)));
        labels.zip(cells).map(|((region, industry), &value)| (region.as_str(), industry.as_str(), value))
    }
}

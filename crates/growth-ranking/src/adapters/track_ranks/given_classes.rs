//! Classes that the request gives, region by region.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::growth::mobility::ClassPaths;

use super::super::series::Series;

/// Reads the classes of every region of the selection, and how many there are at most.
///
/// # Errors
///
/// A refusal that names the region or the class that is wrong.
pub(super) fn read(series: &Series, own: &v1::GivenClasses, field: &str, most: i32) -> Result<ClassPaths, Refusal> {
    let (regions, periods) = (series.regions.len(), series.periods.len());
    let mut paths: Vec<Option<Vec<Option<u16>>>> = vec![None; regions];
    for (at, row) in own.regions.iter().enumerate() {
        let field = format!("{field}.regions[{at}]");
        let position = series.known_position(&row.region, &format!("{field}.region"))?;
        let path = path(&row.classes, periods, &field, most)?;
        if paths[position].replace(path).is_some() {
            let sent = format!("\"{}\" again", row.region);
            return Err(Refusal::invalid(&format!("{field}.region"), sent, "each region once"));
        }
    }
    if let Some(region) = paths.iter().zip(&series.regions).find_map(|(path, region)| path.is_none().then_some(region))
    {
        let sent = format!("{} regions, without {}", own.regions.len(), region.code);
        return Err(Refusal::invalid(&format!("{field}.regions"), sent, "every region of the selection, once"));
    }
    let paths: Vec<Vec<Option<u16>>> = paths.into_iter().flatten().collect();
    let n_classes = number(own.count, &paths, &format!("{field}.count"), most)?;
    let cells = (0..periods).flat_map(|period| paths.iter().map(move |path| path[period])).collect();
    ClassPaths::try_new(cells, regions, n_classes).map_err(Refusal::internal)
}

/// The classes of one region, from 0 on; none where they are unknown.
fn path(sent: &[i32], periods: usize, field: &str, most: i32) -> Result<Vec<Option<u16>>, Refusal> {
    if sent.len() != periods {
        let allowed = format!("{periods}, one for each period of the selection");
        return Err(Refusal::invalid(&format!("{field}.classes"), format!("{} classes", sent.len()), &allowed));
    }
    let class = |(at, &class): (usize, &i32)| match u16::try_from(class) {
        Ok(known) if class <= most => Ok(known.checked_sub(1)),
        _ => {
            let allowed = format!("1 to {most}, or 0 where the class is unknown");
            Err(Refusal::invalid(&format!("{field}.classes[{at}]"), class, &allowed))
        }
    };
    sent.iter().enumerate().map(class).collect()
}

/// How many classes there are: as many as were said, or the highest one.
fn number(said: Option<i32>, paths: &[Vec<Option<u16>>], field: &str, most: i32) -> Result<usize, Refusal> {
    let highest = paths.iter().flatten().flatten().map(|&class| i32::from(class) + 1).max().unwrap_or(0);
    let count = said.unwrap_or(highest);
    match usize::try_from(count) {
        Ok(number) if (highest.max(2)..=most).contains(&count) => Ok(number),
        _ => {
            let allowed = format!("{} to {most}: two at least, and no fewer than the highest class", highest.max(2));
            Err(Refusal::invalid(field, count, &allowed))
        }
    }
}

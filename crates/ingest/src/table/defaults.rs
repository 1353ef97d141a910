//! What a format says of its data set as a whole, as far as the file holds it.

use crate::cells::Output;

/// Says what is the same for all files of a publisher, where nothing else was said.
pub(crate) fn describe_publisher(publisher: &str, licence: &str, output: &mut Output<'_>) {
    let dataset = &mut output.described.dataset;
    for (field, value) in [(&mut dataset.publisher, publisher), (&mut dataset.licence, licence)] {
        if field.is_empty() {
            value.clone_into(field);
        }
    }
}

/// Names the first of `levels` that regions of the file have as the main one, and the nation as the region to compare
/// with where the file holds it, unless something else was said.
pub(crate) fn describe_defaults(levels: &[&str], nation: &str, output: &mut Output<'_>) {
    let (labels, described) = (&output.labels, &mut output.described);
    let occurring = |level: &&&str| {
        labels.regions.texts().any(|code| described.regions.get(code).is_some_and(|region| region.level == **level))
    };
    let level = levels.iter().find(occurring).copied().unwrap_or_default();
    if described.dataset.main_level.is_empty() {
        level.clone_into(&mut described.dataset.main_level);
    }
    if described.dataset.benchmark_region.is_empty() && labels.regions.texts().any(|code| code == nation) {
        nation.clone_into(&mut described.dataset.benchmark_region);
    }
}

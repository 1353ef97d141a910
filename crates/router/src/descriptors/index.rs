//! The merged index of several sets of descriptor files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use prost_types::{FileDescriptorProto, MethodDescriptorProto, SourceCodeInfo};

use super::DescriptorFile;
use super::symbols::{extensions, symbols};
use crate::snapshot::MethodSnapshot;

/// Two files that cannot stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Conflict {
    #[error("its file {0} differs from the one of that name that is here")]
    File(String),
    #[error("its file {file} declares {symbol}, which {other} declares here")]
    Symbol { symbol: String, file: String, other: String },
}

/// Files by name and by what they declare. Built once, then only read.
#[derive(Debug, Clone, Default)]
pub(crate) struct DescriptorIndex {
    files: BTreeMap<String, Arc<DescriptorFile>>,
    symbols: HashMap<String, String>,
    extensions: BTreeMap<(String, i32), String>,
}

impl DescriptorIndex {
    /// Whether `files` could be added.
    pub(crate) fn conflict(&self, files: &[Arc<DescriptorFile>]) -> Option<Conflict> {
        files.iter().find_map(|file| self.conflict_of(file))
    }

    fn conflict_of(&self, file: &DescriptorFile) -> Option<Conflict> {
        if let Some(known) = self.files.get(file.name()) {
            return (!known.means_the_same(file)).then(|| Conflict::File(file.name().to_owned()));
        }
        let mut conflict = None;
        symbols(&file.proto, &mut |symbol| {
            if conflict.is_none()
                && let Some(other) = self.symbols.get(&symbol)
            {
                conflict = Some(Conflict::Symbol { symbol, file: file.name().to_owned(), other: other.clone() });
            }
        });
        conflict
    }

    /// Adds files; of two that mean the same, the one with comments stays. Files in conflict are left out.
    pub(crate) fn add(&mut self, files: &[Arc<DescriptorFile>]) {
        for file in files {
            if self.conflict_of(file).is_some() {
                continue;
            }
            let name = file.name().to_owned();
            match self.files.get(&name) {
                Some(known) if known.has_comments() || !file.has_comments() => continue,
                _ => {}
            }
            symbols(&file.proto, &mut |symbol| {
                self.symbols.insert(symbol, name.clone());
            });
            extensions(&file.proto, &mut |message, number| {
                self.extensions.insert((message, number), name.clone());
            });
            self.files.insert(name, Arc::clone(file));
        }
    }

    /// The bytes of a file and of everything it imports, the file first.
    pub(crate) fn file(&self, name: &str) -> Option<Vec<Vec<u8>>> {
        self.files.get(name)?;
        let mut waiting = vec![name.to_owned()];
        let mut seen = BTreeSet::from([name.to_owned()]);
        let mut found = Vec::new();
        while let Some(name) = waiting.pop() {
            // An import that nobody gave is left out: the client then knows as much as we do.
            let Some(file) = self.files.get(&name) else { continue };
            found.push(file.bytes.clone());
            let imports = file.proto.dependency.iter().rev();
            waiting.extend(imports.filter(|import| seen.insert((*import).clone())).cloned());
        }
        Some(found)
    }

    /// The file that declares a symbol, with everything it imports.
    pub(crate) fn file_of_symbol(&self, symbol: &str) -> Option<Vec<Vec<u8>>> {
        self.file(self.symbols.get(symbol.trim_start_matches('.'))?)
    }

    /// The file that declares an extension, with everything it imports.
    pub(crate) fn file_of_extension(&self, message: &str, number: i32) -> Option<Vec<Vec<u8>>> {
        self.file(self.extensions.get(&(message.trim_start_matches('.').to_owned(), number))?)
    }

    /// Numbers of all extensions of a message, sorted; nothing when there is no such message.
    pub(crate) fn extension_numbers(&self, message: &str) -> Option<Vec<i32>> {
        let message = message.trim_start_matches('.');
        self.symbols.get(message)?;
        let all = (message.to_owned(), i32::MIN)..=(message.to_owned(), i32::MAX);
        Some(self.extensions.range(all).map(|((_, number), _)| *number).collect())
    }

    /// Whether a service is declared.
    pub(crate) fn declares_service(&self, service: &str) -> bool {
        self.service(service).is_some()
    }

    /// The methods of a service by name, as `worker` serves them.
    pub(crate) fn methods(&self, service: &str, worker: &str) -> Vec<MethodSnapshot> {
        let Some((file, position)) = self.service(service) else { return Vec::new() };
        let declared = file.service.get(position).into_iter().flat_map(|declared| &declared.method);
        let mut methods: Vec<MethodSnapshot> = declared
            .enumerate()
            .map(|(number, method)| snapshot(method, service, worker, documentation(file, position, number)))
            .collect();
        methods.sort_by(|a, b| a.name.cmp(&b.name));
        methods
    }

    fn service(&self, full_name: &str) -> Option<(&FileDescriptorProto, usize)> {
        let file = &self.files.get(self.symbols.get(full_name)?)?.proto;
        let name = match file.package() {
            "" => full_name,
            package => full_name.strip_prefix(package)?.strip_prefix('.')?,
        };
        Some((file, file.service.iter().position(|service| service.name() == name)?))
    }
}

fn snapshot(method: &MethodDescriptorProto, service: &str, worker: &str, documentation: String) -> MethodSnapshot {
    MethodSnapshot {
        service: service.to_owned(),
        name: method.name().to_owned(),
        worker: worker.to_owned(),
        request_type: method.input_type().trim_start_matches('.').to_owned(),
        response_type: method.output_type().trim_start_matches('.').to_owned(),
        client_streaming: method.client_streaming(),
        server_streaming: method.server_streaming(),
        documentation,
    }
}

/// The comment above a method, without the blanks that comments begin with.
fn documentation(file: &FileDescriptorProto, service: usize, method: usize) -> String {
    // Numbers of the fields `FileDescriptorProto.service` and `ServiceDescriptorProto.method`.
    let path = [6, service, 2, method].map(|step| i32::try_from(step).unwrap_or(i32::MAX));
    let locations = file.source_code_info.iter().flat_map(|SourceCodeInfo { location }| location);
    let comment = locations.into_iter().find(|location| location.path == path).map(|found| found.leading_comments());
    let lines: Vec<&str> = comment.unwrap_or_default().trim().lines().map(str::trim).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    fn contracts() -> Vec<Arc<DescriptorFile>> {
        let files = DescriptorFile::decode_set(growthpole_contracts::DESCRIPTORS).unwrap();
        files.into_iter().map(Arc::new).collect()
    }

    fn index() -> DescriptorIndex {
        let mut index = DescriptorIndex::default();
        index.add(&contracts());
        index
    }

    fn changed(name: &str, change: impl FnOnce(&mut FileDescriptorProto)) -> Vec<Arc<DescriptorFile>> {
        let file = contracts().into_iter().find(|file| file.name() == name).unwrap();
        let mut proto = file.proto.clone();
        change(&mut proto);
        vec![Arc::new(DescriptorFile::decode(proto.encode_to_vec()).unwrap())]
    }

    #[test]
    fn a_file_comes_with_everything_it_imports() {
        let files = index().file_of_symbol("growthpole.v1.CatalogService.ListRegions").unwrap();
        let names: Vec<String> = files
            .into_iter()
            .map(|bytes| FileDescriptorProto::decode(bytes.as_slice()).unwrap().name().to_owned())
            .collect();
        assert_eq!(
            names,
            ["growthpole/v1/catalog.proto", "growthpole/v1/provenance.proto", "growthpole/v1/selection.proto"]
        );
        assert!(index().file_of_symbol("growthpole.v1.Nothing").is_none());
        assert!(index().file_of_symbol("growthpole.v1.WORKER_STATE_READY").is_some());
    }

    #[test]
    fn methods_are_documented_by_their_comments() {
        let methods = index().methods("growthpole.v1.GrowthRankingService", "growth-ranking");
        assert!(methods.is_sorted_by_key(|method| &method.name));
        let rank = methods.iter().find(|method| method.name == "RankGrowth").unwrap();
        assert!(rank.documentation.starts_with("Ranks regions by growth"), "{}", rank.documentation);
        assert!(rank.documentation.lines().all(|line| line == line.trim()));
        assert_eq!((rank.request_type.as_str(), rank.client_streaming), ("growthpole.v1.RankGrowthRequest", false));
        assert!(index().methods("growthpole.v1.Selection", "x").is_empty());
    }

    #[test]
    fn conflicts_name_the_file_or_the_symbol() {
        let name = "growthpole/v1/worker.proto";
        assert_eq!(index().conflict(&changed(name, |file| file.source_code_info = None)), None);
        assert_eq!(
            index().conflict(&changed(name, |file| file.message_type[0].name = Some("X".into()))),
            Some(Conflict::File(name.into()))
        );
        let moved = index().conflict(&changed(name, |file| file.name = Some("elsewhere.proto".into())));
        assert!(matches!(moved, Some(Conflict::Symbol { file, .. }) if file == "elsewhere.proto"));
    }

    #[test]
    fn comments_are_kept_whoever_came_first() {
        let bare = changed("growthpole/v1/worker.proto", |file| file.source_code_info = None);
        let mut index = DescriptorIndex::default();
        index.add(&bare);
        assert!(index.methods("growthpole.v1.WorkerService", "api")[0].documentation.is_empty());
        index.add(&contracts());
        index.add(&bare);
        assert!(!index.methods("growthpole.v1.WorkerService", "api")[0].documentation.is_empty());
    }

    #[test]
    fn extension_numbers_are_known_for_messages_only() {
        assert_eq!(index().extension_numbers("growthpole.v1.Selection"), Some(vec![]));
        assert_eq!(index().extension_numbers("growthpole.v1.Nothing"), None);
    }
}

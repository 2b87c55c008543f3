#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/side_files.h"
#include "cli/source.h"
#include "container/sha256.h"
#include "container/writer.h"
#include "data/file_io.h"
#include "data/input_error.h"
#include "data/reader.h"
#include "data/writer.h"
#include "policy/json_document.h"
#include "policy/type_name.h"
#include "registry/program_types.h"
#include "report/print.h"
#include "report/record.h"
#include "status_macros.h"

namespace pratique::cli {
namespace {

struct Options {
  std::string in, out, policy, samples, metadata, root, compress;
  std::vector<std::string> allow, expected;
  bool side_files = false, force = false;
};

absl::StatusOr<std::string> ReadAll(const std::string& path, const Limits& limits) {
  ASSIGN_OR_RETURN(auto bytes, ReadFile(path, limits));
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// The claims to be stored, in one canonical form; "" for none.
absl::StatusOr<std::string> ReadMetadata(const std::string& path, const Limits& limits) {
  if (path.empty()) return std::string();
  ASSIGN_OR_RETURN(auto text, ReadAll(path, limits));
  auto document = ParseJson(text);
  absl::Status bad = document.status();
  if (bad.ok() && document->kind != JsonNode::Kind::kObject)
    bad = JsonError(document->place, "the metadata must be an object");
  if (!bad.ok()) return InputError("input.metadata", std::string(bad.message()));
  return nlohmann::json::parse(text).dump();
}

struct Expected {
  Method method;
  std::string path;  // "": recorded by pratique

  absl::StatusOr<ExpectedResult> Read(const Limits& limits) const {
    if (path.empty()) return ExpectedResult{method, std::nullopt};
    ASSIGN_OR_RETURN(auto document, ReadAll(path, limits));
    return ExpectedResult{method, std::move(document)};
  }
};

absl::StatusOr<std::vector<Expected>> ExpectedMethods(const Options& options, const Model& model) {
  std::vector<Expected> all;
  for (const std::string& text : options.expected) {
    size_t equals = text.find('=');
    auto method = MethodByName(text.substr(0, equals));
    if (equals == text.npos || !method) {
      return absl::InvalidArgumentError(
          absl::StrCat("--expected takes METHOD=Y, as predict=Y.npy, not ", Escape(text)));
    }
    all.push_back({*method, text.substr(equals + 1)});
  }
  if (!all.empty()) return all;
  all.push_back({DefaultMethod(model), ""});
  if (model.Has(Method::kPredictProba)) all.push_back({Method::kPredictProba, ""});
  return all;
}

// The samples as they are stored: documents of arrays as they are, a table of named columns as JSON Lines.
absl::StatusOr<std::string> SampleDocument(const std::string& path, const Limits& limits, RowsAre rows_are) {
  ASSIGN_OR_RETURN(auto reader, Reader::Open(path, limits, {.rows = rows_are}));
  ASSIGN_OR_RETURN(auto table, reader->Next(SIZE_MAX));
  if (!table || table->rows() == 0) return InputError("input.empty", "the samples have no rows");
  const Data rows = table->view();
  const auto* frame = std::get_if<FrameView>(&rows);
  if (frame == nullptr || frame->columns.empty() || frame->columns[0].name.empty()) return ReadAll(path, limits);
  ASSIGN_OR_RETURN(auto rest, reader->Next(1));
  if (rest) return InputError("input.rows", "the samples are more than is read at once: 64 MiB", "store fewer rows");
  return JsonLines(*frame);
}

// Every golden sample that is asked for. What is wrong has been printed when there are none to write.
bool AddGolden(const Passage& passage, const Options& options, const Limits& limits, FileToWrite& parts,
               int& exit_code) {
  auto refuse = [&](const std::string& what, const absl::Status& status) {
    bool mismatch = GetRejection(status)->reason == Reason::kMismatch;
    exit_code = mismatch ? RefuseModel(options.in, status) : Fail(what, status);
    return false;
  };
  auto methods = ExpectedMethods(options, *passage.model);
  if (!methods.ok()) {
    exit_code = Usage(absl::StrCat("convert: ", methods.status().message()));
    return false;
  }
  auto samples =
      SampleDocument(options.samples, limits,
                     methods->empty() ? RowsAre::kFeatures : passage.model->rows_are(methods->front().method));
  if (!samples.ok()) return refuse(options.samples, samples.status());
  parts.golden.clear();
  for (const Expected& expected : *methods) {
    auto result = expected.Read(limits);
    auto golden = result.ok() ? RecordGolden(passage, *samples, *std::move(result), limits) : result.status();
    if (!golden.ok()) return refuse(expected.path.empty() ? options.samples : expected.path, golden.status());
    parts.golden.push_back(*std::move(golden));
  }
  return true;
}

// The bytes to write; what is wrong has been printed when there are none.
std::optional<std::string> Assemble(const Passage& passage, const Options& options, const Limits& limits,
                                    std::string metadata, int& exit_code) {
  auto parts = Unpack(*passage.file);
  if (!parts.ok()) {
    exit_code = RefuseModel(options.in, parts.status());
    return std::nullopt;
  }
  if (!metadata.empty()) parts->metadata = std::move(metadata);
  parts->compress = options.compress == "zstd";
  if (!options.samples.empty() && !AddGolden(passage, options, limits, *parts, exit_code)) return std::nullopt;
  auto written = WriteFile(*parts);
  if (written.ok()) return *std::move(written);
  exit_code = RefuseModel(options.in, written.status());
  return std::nullopt;
}

std::string Result(const Options& options, const Passage& passage, const std::string& prq) {
  std::string out = absl::StrCat(ShownPath(options.out), ": written, ", Escape(passage.model->type()),
                                 options.root.empty() ? "" : " of " + Escape(options.root), ", ", prq.size(),
                                 " bytes, sha256 ", Hex(Digest(prq)), "\n");
  if (!passage.imported) return out;
  for (const std::string& path : passage.imported->dropped) absl::StrAppend(&out, "  dropped: ", Escape(path), "\n");
  const uint64_t more = passage.imported->dropped_total - passage.imported->dropped.size();
  if (more > 0) absl::StrAppend(&out, "  dropped: ", more, " more\n");
  return out;
}

// A name that is not a .prq's, and a file that is none, are more often a slip than meant: `convert model.joblib X.npy`.
std::optional<std::string> WhyNotWritten(const std::string& out, bool force) {
  if (out == "-") return std::nullopt;
  if (!out.ends_with(".prq") && !force) return "does not end in .prq; --force writes to such a name, too";
  std::ifstream there(out, std::ios::binary);
  char head[12] = {};
  if (!there.is_open() && !std::filesystem::exists(std::filesystem::symlink_status(out))) return std::nullopt;
  if (there.read(head, sizeof head) && std::string_view(head + 8, 4) == "PRTQ") return std::nullopt;
  return "is there, and is no .prq: it is never replaced; remove it, or choose another name";
}

int RunConvert(const Options& options) {
  if (options.samples.empty() && !options.expected.empty()) return Usage("convert: --expected needs --samples");
  if (options.samples == "-") return Usage("convert: --samples takes a file: it is read more than once");
  if (options.out != "-" && SameFile(options.in, options.out)) return Usage("convert: IN and OUT are the same file");
  if (auto why = WhyNotWritten(options.out, options.force))
    return Usage(absl::StrCat("convert: ", ShownPath(options.out), " ", *why));
  auto policy = ReadPolicy(options.policy);
  if (!policy) return kUnchecked;
  for (const std::string& name : options.allow) {
    if (auto why = WhyNoTypeName(name, ProgramTypes())) return Usage(absl::StrCat("convert: --allow: ", *why));
    policy->allow.push_back({name});
  }
  auto metadata = ReadMetadata(options.metadata, policy->limits);
  if (!metadata.ok()) return Fail(options.metadata, metadata.status());
  LoadOptions load{options.root, {}};
  if (options.side_files) {
    auto files = ReadSideFiles(options.in, policy->limits);
    if (!files.ok()) return Fail(options.in, files.status());
    load.side_files = *std::move(files);
  }
  Passage passage = PassFile(options.in, *policy, load);
  if (!passage.status.ok()) return RefuseModel(options.in, passage.status);
  int exit_code = kUnchecked;
  auto prq = Assemble(passage, options, policy->limits, *std::move(metadata), exit_code);
  if (!prq) return exit_code;
  // What is written is what loads: the formats, digests and releases that the policy allows are about what comes in.
  policy->formats.clear();
  policy->sha256.clear();
  policy->sklearn_min.clear();
  policy->sklearn_max.clear();
  Passage again = Pass(std::as_bytes(std::span(prq->data(), prq->size())), *policy, {}, ProgramTypes());
  if (!again.status.ok()) return RefuseModel(options.out, again.status);
  if (auto status = WriteFileAtomically(options.out, *prq); !status.ok()) return Fail(options.out, status);
  options.out == "-" ? PrintError(Result(options, passage, *prq)) : Print(Result(options, passage, *prq));
  return kDone;
}

}  // namespace

Command ConvertCommand() {
  auto o = std::make_shared<Options>();
  return {
      "convert",
      "Check a model and write it as .prq",
      "pratique convert model.joblib model.prq --samples X.npy --expected predict_proba=P.npy",
      {{.name = "IN", .value = &o->in, .help = "The model, of any format; - is standard input", .required = true},
       {.name = "OUT",
        .value = &o->out,
        .help = "The .prq to write, whole or not at all; - is standard output",
        .required = true},
       PolicyArgument(o->policy),
       {"--allow", &o->allow, "Allow this type or family beside the policy's", "NAME"},
       {"--samples", &o->samples, "Store these inputs (.npy, .npz, .csv, .jsonl) with their outputs, as golden samples",
        "X"},
       {"--expected", &o->expected,
        "scikit-learn's own output for the samples (.npy; .npz for lists and sparse matrices); must agree with ours",
        "METHOD=Y"},
       {"--metadata", &o->metadata, "Claims to store, a JSON object", "M.json"},
       RootArgument(o->root),
       {"--side-files", &o->side_files, kSideFilesHelp},
       {"--force", &o->force, "Write to a name that does not end in .prq, too"},
       {.name = "--compress", .value = &o->compress, .help = "Compress segments", .one_of = {"zstd"}}},
      [o] { return RunConvert(*o); }};
}

}  // namespace pratique::cli

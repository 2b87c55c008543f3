#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/chunks.h"
#include "cli/command.h"
#include "cli/source.h"
#include "data/writer.h"
#include "model/pace.h"
#include "policy/nearest.h"
#include "report/usage.h"
#include "status_macros.h"
#include "type/class.h"

namespace pratique::cli {
namespace {

struct Options {
  std::string model, input, method, output = "-", policy, root;
  size_t threads = 1;
  bool no_header = false;
};

// What the class of the model refuses, as `pratique types` says it.
std::string Refuses(const Model& model) { return std::string(model.validated().audited().classes().back()->refuses); }

absl::Status Stream(const Model& model, Method method, const Options& options, const Limits& limits) {
  ASSIGN_OR_RETURN(auto format, Writer::FormatOf(options.output));
  std::unique_ptr<Writer> writer;
  const size_t text_width = TextWidth(model, method);
  absl::Status status = ForEachChunk(
      options.input, limits, RowsOfChunks(model, method, options.input, options.threads),
      [&](const Table& table) -> absl::StatusOr<uint64_t> {
        ASSIGN_OR_RETURN(auto output, RunRows(model, method, table, options.threads));
        if (writer == nullptr) {
          WriterOptions names{std::string(Name(method)), ColumnNames(model, method), method == Method::kTransform,
                              text_width};
          ASSIGN_OR_RETURN(auto opened, Writer::Open(options.output, format, std::move(names)));
          writer = std::move(opened);
        }
        RETURN_IF_ERROR(writer->Append(output));
        return 4 * text_width * table.rows() + BytesOf(output);  // .npy has room for the longest label in every row
      },
      {.no_header = options.no_header, .rows = model.rows_are(method)});
  return status.ok() ? writer->Finish() : status;
}

int RunPredict(const Options& options) {
  if (options.model == "-" && options.input == "-")
    return Usage("predict: MODEL and --input cannot both be standard input");
  if (options.output != "-" && (SameFile(options.output, options.model) || SameFile(options.output, options.input))) {
    return Usage("predict: --output would replace what is read");
  }
  auto policy = ReadPolicy(options.policy);
  if (!policy) return kUnchecked;
  std::optional<Method> method;
  if (!options.method.empty() && !(method = MethodByName(options.method))) {
    std::vector<std::string> names;
    for (size_t i = 0; i < kMethods; ++i) names.emplace_back(Name(static_cast<Method>(i)));
    return Usage(
        absl::StrCat("predict: there is no method `", Escape(options.method), "`", DidYouMean(options.method, names)));
  }
  Passage passage = PassFile(options.model, *policy, {options.root});
  if (!passage.status.ok()) return RefuseModel(options.model, passage.status);
  const Model& model = *passage.model;
  if (!method) method = DefaultMethod(model);
  if (!model.Has(*method)) {
    std::vector<std::string> has;
    for (size_t i = 0; i < kMethods; ++i) {
      if (model.Has(static_cast<Method>(i))) has.emplace_back(Name(static_cast<Method>(i)));
    }
    return Usage(absl::StrCat("predict: ", Escape(model.type()), " has no ", std::string(Name(*method)), "; it has ",
                              has.empty() ? absl::StrCat("no methods: ", Refuses(model)) : absl::StrJoin(has, ", ")));
  }
  absl::Status status = Stream(model, *method, options, policy->limits);
  return status.ok() ? kDone : Fail(options.input, status);
}

}  // namespace

Command PredictCommand() {
  auto o = std::make_shared<Options>();
  return {
      "predict",
      "Load a model, all stages, and run it on data",
      "pratique predict model.prq --input X.csv --method predict_proba --output P.npy",
      {{.name = "MODEL", .value = &o->model, .help = "The model, of any format", .required = true},
       {.name = "--input",
        .value = &o->input,
        .help = ".npy, scipy .npz, .csv, .jsonl; - is JSON Lines on standard input",
        .type = "X",
        .required = true},
       {"--method", &o->method, "predict (or transform) when not given", "METHOD"},
       {"--output", &o->output, ".npy, .npz, .csv or .jsonl; - is CSV on standard output", "F"},
       {.name = "--no-header", .value = &o->no_header, .help = "The .csv has no header: its columns go by position"},
       PolicyArgument(o->policy),
       RootArgument(o->root),
       {.name = "--threads",
        .value = &o->threads,
        .help = "Split rows over N threads",
        .type = "N",
        .range = {1, 256}}},
      [o] { return RunPredict(*o); }};
}

}  // namespace pratique::cli

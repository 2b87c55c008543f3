#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/chunks.h"
#include "cli/command.h"
#include "cli/source.h"
#include "data/writer.h"
#include "model/pace.h"
#include "status_macros.h"

namespace pratique::cli {
namespace {

struct Options {
  std::string model, input, method, output = "-", policy, root;
  size_t threads = 1;
  bool no_header = false;
};

// Names for the columns of a CSV: the classes of predict_proba, where there is one a column.
std::vector<std::string> ColumnNames(const Model& model, Method method) {
  bool by_class = method == Method::kPredictProba || method == Method::kPredictLogProba;
  if (!by_class || model.n_outputs() != 1) return {};
  Matrix classes = model.classes();
  std::vector<std::string> names;
  for (size_t i = 0; i < classes.rows(); ++i) {
    names.push_back(ElementText(classes, i));
  }
  return names;
}

absl::Status Stream(const Model& model, Method method, const Options& options, const Limits& limits) {
  ASSIGN_OR_RETURN(auto format, Writer::FormatOf(options.output));
  std::unique_ptr<Writer> writer;
  absl::Status status = ForEachChunk(
      options.input, limits, kRowsPerThread * options.threads,
      [&](const Table& table) -> absl::StatusOr<uint64_t> {
        ASSIGN_OR_RETURN(auto outputs, RunParts(model, method, table, options.threads));
        if (writer == nullptr) {
          WriterOptions names{std::string(Name(method)), ColumnNames(model, method), TextWidth(model, method)};
          ASSIGN_OR_RETURN(auto opened, Writer::Open(options.output, format, std::move(names)));
          writer = std::move(opened);
        }
        uint64_t bytes = 0;
        for (const Output& output : outputs) {
          RETURN_IF_ERROR(writer->Append(output));
          bytes += BytesOf(output);
        }
        return bytes;
      },
      {.no_header = options.no_header});
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
    return Usage(absl::StrCat("predict: there is no method `", Escape(options.method), "`"));
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
                              has.empty() ? "no methods" : absl::StrJoin(has, ", ")));
  }
  absl::Status status = Stream(model, *method, options, policy->limits);
  return status.ok() ? kDone : Fail(options.input, status);
}

}  // namespace

void AddPredict(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* c = AddCommand(app, "predict", "Load a model, all stages, and run it on data",
                           "pratique predict model.prq --input X.csv --method predict_proba --output P.npy", exit_code,
                           o, RunPredict);
  c->add_option("MODEL", o->model, "The model, of any format")->required();
  c->add_option("--input", o->input, ".npy, scipy .npz, .csv, .jsonl; - is JSON Lines on standard input")
      ->type_name("X")
      ->required();
  c->add_option("--method", o->method, "predict (or transform) when not given")->type_name("METHOD");
  c->add_option("--output", o->output, ".npy, .npz, .csv or .jsonl; - is CSV on standard output")->type_name("F");
  c->add_flag("--no-header", o->no_header, "The .csv has no header: its columns go by position");
  AddPolicyOption(c, o->policy);
  c->add_option("--root", o->root, "The estimator inside a dict, list or tuple, as '[\"model\"]'")->type_name("PATH");
  c->add_option("--threads", o->threads, "Split rows over N threads")->type_name("N")->check(CLI::Range(1, 256));
}

}  // namespace pratique::cli

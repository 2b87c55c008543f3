#include "cli/usage.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "cli/known_values.h"
#include "data/dtype.h"
#include "model/output.h"
#include "registry/program_types.h"

namespace pratique::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostColumns = 10000, kMostLines = 200, kMostLabels = 50;

const char* Text(Takes takes) {
  switch (takes) {
    case Takes::kNothing:
      return "not read";
    case Takes::kNumbers:
      return "numbers";
    case Takes::kText:
      return "text";
    case Takes::kAnything:
      return "numbers or text";
  }
  return "";
}

std::string NumberText(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

const char* DTypeText(DType dtype) {
  switch (dtype) {
    case DType::kString:
      return "text";
    case DType::kFloat32:
    case DType::kFloat64:
      return "numbers";
    case DType::kBool:
      return "bools";
    default:
      return "integers";
  }
}

std::string LabelText(const Matrix& classes, size_t i) {
  return classes.dtype() == DType::kString ? absl::StrCat("'", Escape(classes.strings()[i], 60), "'")
                                           : NumberText(classes.at(i));
}

std::string LabelsText(const Matrix& classes) {
  std::string out;
  for (size_t i = 0; i < classes.rows() && i < kMostLabels; ++i)
    absl::StrAppend(&out, i == 0 ? "" : ", ", LabelText(classes, i));
  return absl::StrCat(out, classes.rows() > kMostLabels ? ", ..." : "");
}

Json LabelsJson(const Matrix& classes, size_t most) {
  Json labels = Json::array();
  for (size_t i = 0; i < std::min(classes.rows(), most); ++i) {
    if (classes.dtype() == DType::kString) {
      labels.push_back(classes.strings()[i]);
    } else {
      labels.push_back(classes.at(i));
    }
  }
  return labels;
}

// "  pca0, pca1, ..."; nothing where the columns have no names.
std::string NamesText(const absl::StatusOr<std::vector<std::string>>& names) {
  if (!names.ok() || names->empty()) return "";
  std::string out = " ";
  for (size_t j = 0; j < names->size() && j < kMostLabels; ++j)
    absl::StrAppend(&out, j == 0 ? " '" : ", '", Escape((*names)[j], 60), "'");
  if (names->size() > kMostLabels) absl::StrAppend(&out, ", ...");
  return out + "\n";
}

std::vector<Method> MethodsOf(const Model& model) {
  std::vector<Method> methods;
  for (size_t m = 0; m < kMethods; ++m) {
    if (model.Has(static_cast<Method>(m))) methods.push_back(static_cast<Method>(m));
  }
  return methods;
}

// Of a column: "'a', 'b', ...", and what is missing.
std::string ValuesText(const Values& values) {
  std::string out = LabelsText(LabelsOf(values));
  if (values.missing != fb::Missing::No) absl::StrAppend(&out, out.empty() ? "" : ", ", "missing");
  return out;
}

Json ValuesJson(const Values& values) {
  Json list = LabelsJson(LabelsOf(values), kMostLabels);
  if (values.missing != fb::Missing::No) list.push_back(nullptr);
  return list;
}

// A row as the model takes it, zeros and first categories, whose results show what dtype they have.
class SampleRow {
 public:
  explicit SampleRow(const Model& model) {
    const std::vector<Takes> takes = model.takes();
    const std::vector<const Values*> known = KnownValues(model);
    const auto names = model.feature_names();
    number_[0] = 0;
    for (size_t j = 0; j < takes.size(); ++j) {
      Column column;
      if (j < names.size()) column.name = names[j];
      const bool text = takes[j] == Takes::kText || (known[j] != nullptr && known[j]->dtype == fb::DType::String);
      any_text_ |= text;
      if (text) {
        column.dtype = DType::kString;
        if (known[j] != nullptr && !known[j]->strings.empty())
          column.strings = known[j]->strings.first(1);
        else
          column.strings = text_;
      } else if (known[j] != nullptr && known[j]->IsFloat() && !known[j]->floats.empty()) {
        column.doubles = known[j]->floats.first(1);
      } else {
        column.doubles = number_;
      }
      columns_.push_back(column);
    }
    zeros_.resize(takes.size());
  }
  SampleRow(const SampleRow&) = delete;

  Data view() const {
    if (any_text_) return FrameView{1, columns_, {}};
    return Dense(zeros_, 1, zeros_.size());
  }

 private:
  double number_[1];
  std::string_view text_[1] = {""};
  bool any_text_ = false;
  std::vector<Column> columns_;
  std::vector<double> zeros_;
};

// The dtype of what the method gives for rows of float64 and text, and whether it is sparse.
void AddDType(const Model& model, Method method, const SampleRow& row, Json& to) {
  if (model.n_features() == 0 || model.rows_are(method) != RowsAre::kFeatures || method == Method::kInverseTransform)
    return;
  const absl::StatusOr<Output> output = model.Run(method, row.view());
  if (!output.ok()) return;
  if (output->csr) {
    to["dtype"] = std::string(Name(output->csr->data.dtype()));
    to["sparse"] = true;
  } else if (!output->arrays.empty()) {
    to["dtype"] = std::string(Name(output->arrays[0].dtype()));
  }
}

// "one of 3 labels", "3 columns, one a class", "a number".
std::string Gives(const Model& model, Method method) {
  const size_t columns = model.n_columns(method), classes = model.classes().rows();
  const std::string wide = absl::StrCat(columns, columns == 1 ? " column" : " columns");
  if (method == Method::kPredict && model.n_outputs() > 1)
    return absl::StrCat(model.n_outputs(), classes > 0 ? " labels" : " numbers");
  if (method == Method::kPredict)
    return classes > 0 ? absl::StrCat("one of ", classes, " labels (", DTypeText(model.classes().dtype()), ")")
                       : "a number";
  if (IsStaged(method)) {
    const Method of = OfOneStage(method);
    return absl::StrCat("a list of ", columns / std::max<size_t>(1, model.n_columns(of)),
                        " arrays, one a stage: ", Gives(model, of));
  }
  if (method == Method::kPredictStd) return "the standard deviation of what predict gives";
  if (method == Method::kKNeighbors)
    return absl::StrCat("the distances of ", columns / 2, " neighbors, and their indexes");
  if (model.rows_are(Method::kTransform) == RowsAre::kLabels) {
    if (method == Method::kInverseTransform) return "labels";
    if (method == Method::kTransform && columns == 1) return "an integer";
  }
  const bool by_class = method == Method::kPredictProba || method == Method::kPredictLogProba;
  if (by_class && model.n_outputs() == 1) return wide + ", one a class";
  if (by_class) return absl::StrCat("a list of ", model.n_outputs(), " arrays, one an output");
  return columns == 0 ? "columns as many as the data has" : wide;
}

}  // namespace

absl::StatusOr<Model> Proven(const File& file, const Limits& limits) {
  Policy policy;
  policy.limits = limits;
  auto audited = Audit(file, policy, ProgramTypes());
  if (!audited.ok()) return audited.status();
  auto validated = Validate(*audited);
  return validated.ok() ? Build(*validated) : validated.status();
}

Json InputJson(const Model& model) {
  constexpr const char* kTakes[] = {"nothing", "numbers", "text", "anything"};
  const std::vector<Takes> takes = model.takes();
  const auto names = model.feature_names();
  const std::vector<const Values*> known = KnownValues(model);
  Json features = Json::array();
  for (size_t j = 0; j < std::min(takes.size(), kMostColumns); ++j) {
    Json feature = Json::object();
    if (j < names.size()) feature["name"] = std::string(names[j]);
    feature["takes"] = kTakes[static_cast<size_t>(takes[j])];
    if (known[j] != nullptr) {
      feature["values"] = ValuesJson(*known[j]);
      if (known[j]->size() > kMostLabels) feature["n_values"] = known[j]->size();
    }
    features.push_back(std::move(feature));
  }
  Json input = {{"n_features", model.n_features()}, {"features", std::move(features)}};
  const RowsAre rows = model.rows_are(Method::kTransform);
  if (rows != RowsAre::kFeatures) input["rows"] = rows == RowsAre::kLabels ? "labels" : "records";
  return input;
}

Json MethodsJson(const Model& model) {
  Json methods = Json::array();
  const SampleRow row(model);
  for (Method method : MethodsOf(model)) {
    Json one = {{"name", Name(method)}, {"columns", model.n_columns(method)}, {"gives", Gives(model, method)}};
    AddDType(model, method, row, one);
    if (method == Method::kTransform) {
      if (auto names = model.FeatureNamesOut(); names.ok()) {
        names->resize(std::min(names->size(), kMostColumns));
        one["feature_names_out"] = *std::move(names);
      } else {
        one["no_feature_names_out"] = std::string(names.status().message());
      }
    }
    methods.push_back(std::move(one));
  }
  return methods;
}

Json ClassesJson(const Model& model) {
  Json outputs = Json::array();
  for (size_t k = 0; k < model.n_outputs(); ++k) {
    Json labels = LabelsJson(model.classes(k), SIZE_MAX);
    if (!labels.empty()) outputs.push_back(std::move(labels));
  }
  return outputs;
}

std::string UseText(const Model& model) {
  const std::vector<Takes> takes = model.takes();
  const auto names = model.feature_names();
  const std::vector<const Values*> known = KnownValues(model);
  const RowsAre rows = model.rows_are(Method::kTransform);
  std::string out =
      absl::StrCat("input: ",
                   rows == RowsAre::kLabels    ? "labels, "
                   : rows == RowsAre::kRecords ? "records (JSON Lines of objects or lists)"
                                               : "",
                   rows == RowsAre::kRecords ? ""
                   : takes.empty()           ? "columns of any number"
                                             : absl::StrCat(takes.size(), takes.size() == 1 ? " column" : " columns"),
                   "\n");
  // Columns alike, without names, are one line.
  for (size_t j = 0, lines = 0; j < takes.size() && lines < kMostLines; ++lines) {
    size_t end = j + 1;
    while (end < takes.size() && names.empty() && takes[end] == takes[j] && known[end] == nullptr &&
           known[j] == nullptr)
      ++end;
    const std::string which = end == j + 1 ? absl::StrCat(j) : absl::StrCat(j, " to ", end - 1);
    absl::StrAppend(&out, "  ", which, j < names.size() ? absl::StrCat(" '", Escape(names[j], 80), "'") : "", ": ",
                    Text(takes[j]), known[j] == nullptr ? "" : absl::StrCat(": ", ValuesText(*known[j])), "\n");
    j = end;
    if (lines + 1 == kMostLines && j < takes.size()) absl::StrAppend(&out, "  and ", takes.size() - j, " more\n");
  }
  for (Method method : MethodsOf(model)) {
    absl::StrAppend(&out, std::string(Name(method)), ": ", Gives(model, method), "\n");
    if (method == Method::kTransform) absl::StrAppend(&out, NamesText(model.FeatureNamesOut()));
  }
  for (size_t k = 0; k < model.n_outputs(); ++k) {
    if (const Matrix classes = model.classes(k); classes.rows() > 0) {
      absl::StrAppend(&out, model.n_outputs() > 1 ? absl::StrCat("labels of output ", k, ": ") : "labels: ",
                      LabelsText(classes), "\n");
    }
  }
  return out;
}

}  // namespace pratique::cli

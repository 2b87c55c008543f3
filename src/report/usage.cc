#include "report/usage.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "data/writer.h"
#include "model/output.h"
#include "report/known_values.h"
#include "report/sample_row.h"
#include "validate/states.h"

namespace pratique {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostColumns = 10000, kMostLines = 200, kMostLabels = 50, kLongestExample = 4000;

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
    } else if (classes.dtype() == DType::kBool) {
      labels.push_back(classes.at(i) != 0);
    } else {
      WithType(classes.dtype(), [&](auto tag) {
        using T = typename decltype(tag)::type;
        if constexpr (std::is_integral_v<T>)
          labels.push_back(classes.values<T>()[i]);
        else
          labels.push_back(classes.at(i));
      });
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

const Signature& SignatureOf(const Model& model) { return model.validated().states().signatures.back(); }

// The arrays that the method gives for n rows, ["n", 3]; null is what follows from the data.
std::vector<Json> ShapesJson(const Model& model, Method method) {
  constexpr size_t kN = SIZE_MAX;
  const Signature& s = SignatureOf(model);
  std::vector<Json> shapes;
  // Of images, those of X say how many there are, and whether they have channels.
  if ((method == Method::kInverseTransform && s.gives_records()) || model.rows_are(method) == RowsAre::kImages)
    return shapes;
  for (const std::vector<size_t>& shape : ShapesOf(method, s, kN, model.n_columns(method))) {
    Json sizes = Json::array();
    for (size_t size : shape) sizes.push_back(size == kN ? Json("n") : size == 0 ? Json(nullptr) : Json(size));
    shapes.push_back(std::move(sizes));
  }
  return shapes;
}

std::string ShapeText(const Json& shape) {
  std::string out;
  for (const Json& size : shape)
    absl::StrAppend(&out, out.empty() ? "" : " x ", size.is_string() ? "n" : size.is_null() ? "?" : size.dump());
  return out;
}

// What the method gives for the sample: of numbers, rows of float64.
struct Sampled {
  std::string dtype;
  bool sparse = false;
};
std::optional<Sampled> Sample(const Model& model, Method method, const SampleRow& row) {
  std::optional<Data> X = row.view();
  std::vector<double> zeros;
  int64_t first[] = {0};
  if (method == Method::kInverseTransform) {
    const size_t columns = model.n_columns(Method::kTransform);
    if (columns == 0 || columns > kMostColumns) return std::nullopt;
    zeros.resize(columns);
    X = model.rows_are(method) == RowsAre::kLabels && columns == 1 ? Dense(first, 1, 1) : Dense(zeros, 1, columns);
  }
  if (!X) return std::nullopt;
  const absl::StatusOr<Output> output = model.Run(method, *X);
  if (!output.ok()) return std::nullopt;
  if (output->csr) return Sampled{std::string(Name(output->csr->data.dtype())), true};
  if (output->arrays.empty()) return std::nullopt;
  return Sampled{std::string(Name(output->arrays[0].dtype()))};
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
  if (method == Method::kPredictCov)
    return "the covariances of what predict gives, of each row of X with each: a column a row";
  if (method == Method::kInverseTransform && model.rows_are(Method::kTransform) == RowsAre::kRecords)
    return "records (JSON Lines of objects or lists)";
  if (model.rows_are(method) == RowsAre::kImages)
    return "images, as many as each of X has patches: (patches, height, width) or (patches, height, width, channels)";
  if (method == Method::kApply && model.n_columns(method) > 0)
    return absl::StrCat(wide, ", one a tree: the number of the leaf");
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

namespace {

Json InputJson(const Model& model, const SampleRow& row) {
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
      feature["dtype"] = std::string(Name(static_cast<DType>(known[j]->dtype)));
      feature["values"] = ValuesJson(*known[j]);
      if (known[j]->size() > kMostLabels) feature["n_values"] = known[j]->size();
    }
    features.push_back(std::move(feature));
  }
  constexpr const char* kRows[] = {"features", "documents", "labels", "records", "images"};
  Json input = {{"n_features", model.n_features()},
                {"rows", kRows[static_cast<size_t>(KindOfRows(model))]},
                {"accepts", Json::array()},
                {"features", std::move(features)}};
  for (std::string_view kind : model.validated().audited().classes().back()->inputs)
    input["accepts"].push_back(std::string(kind));
  if (!row.json().is_null()) input["example"] = row.json();
  return input;
}

Json MethodsJson(const Model& model, const SampleRow& row) {
  Json methods = Json::array();
  for (Method method : MethodsOf(model)) {
    Json one = {{"name", Name(method)}, {"columns", model.n_columns(method)}, {"gives", Gives(model, method)}};
    if (model.takes_all_rows(method)) one["all_rows"] = true;
    std::vector<Json> shapes = ShapesJson(model, method);
    if (GivesList(method, SignatureOf(model)))
      one["shapes"] = std::move(shapes);
    else if (!shapes.empty())
      one["shape"] = std::move(shapes[0]);
    if (const auto sampled = Sample(model, method, row)) {
      one["dtype"] = sampled->dtype;
      if (sampled->sparse) one["sparse"] = true;
    }
    if (method == Method::kTransform) {
      if (auto names = model.FeatureNamesOut(); names.ok()) {
        names->resize(std::min(names->size(), kMostColumns));
        one["feature_names_out"] = *std::move(names);
      } else {
        one["no_feature_names_out"] = std::string(names.status().message());
      }
    } else if (std::vector<std::string> names = ColumnNames(model, method); !names.empty()) {
      names.resize(std::min(names.size(), kMostColumns));
      one["column_names"] = std::move(names);
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

}  // namespace

Json UseJson(const Model& model) {
  const SampleRow row(model);
  return {{"type", model.type()},
          {"input", InputJson(model, row)},
          {"methods", MethodsJson(model, row)},
          {"classes", ClassesJson(model)}};
}

std::vector<std::string> ColumnNames(const Model& model, Method method) {
  std::vector<std::string> names;
  const size_t columns = model.n_columns(method);
  if (method == Method::kTransform) {
    auto of_transform = model.FeatureNamesOut();
    return of_transform.ok() ? *std::move(of_transform) : names;
  }
  if (method == Method::kKNeighbors) {
    for (const char* part : {"distance_", "index_"}) {
      for (size_t j = 0; j < columns / 2; ++j) names.push_back(absl::StrCat(part, j));
    }
    return names;
  }
  const uint64_t of_leaf = SignatureOf(model).leaf_classes;
  const bool staged = method == Method::kStagedPredictProba, leaves = method == Method::kApply && of_leaf > 1;
  const bool by_class = method == Method::kPredictProba || method == Method::kPredictLogProba || staged || leaves;
  const Matrix classes = model.classes();
  if (!by_class || model.n_outputs() != 1 || classes.rows() == 0) return names;
  const size_t n_stages = staged || leaves ? columns / classes.rows() : 1;
  for (size_t k = 0; k < n_stages * classes.rows(); ++k) {
    const std::string label = ElementText(classes, k % classes.rows());
    names.push_back(n_stages == 1 && !staged && !leaves
                        ? label
                        : absl::StrCat(std::string(Name(method)), "_", k / classes.rows(), "_", label));
  }
  return names;
}

std::string UseText(const Model& model) {
  const SampleRow sample(model);
  const std::vector<Takes> takes = model.takes();
  const auto names = model.feature_names();
  const std::vector<const Values*> known = KnownValues(model);
  const RowKind rows = KindOfRows(model);
  std::string out =
      absl::StrCat("input: ",
                   rows == RowKind::kLabels      ? "labels, "
                   : rows == RowKind::kDocuments ? "documents (one text a row)"
                   : rows == RowKind::kRecords   ? "records (JSON Lines of objects or lists)"
                   : rows == RowKind::kImages    ? "images (.npy of three dimensions or four: which image, height, "
                                                   "width, channels)"
                                                 : "",
                   rows != RowKind::kFeatures && rows != RowKind::kLabels ? ""
                   : takes.empty()                                        ? "columns of any number"
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
  if (const std::string line = sample.json().dump(-1, ' ', false, Json::error_handler_t::replace);
      !sample.json().is_null() && line.size() <= kLongestExample)
    absl::StrAppend(&out, "such as, in .jsonl: ", line, "\n");
  for (Method method : MethodsOf(model)) {
    absl::StrAppend(&out, std::string(Name(method)), ": ", Gives(model, method));
    const std::vector<Json> shapes = ShapesJson(model, method);
    const auto sampled = Sample(model, method, sample);
    if (shapes.size() == 1 || sampled) {
      absl::StrAppend(&out, "; ", shapes.size() == 1 ? ShapeText(shapes[0]) : "",
                      shapes.size() == 1 && sampled ? ", " : "", sampled ? sampled->dtype : "",
                      sampled && sampled->sparse ? ", sparse" : "");
    }
    absl::StrAppend(&out, "\n");
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

}  // namespace pratique

// Every model of tests/models gives what its own scikit-learn release gave: bit for bit, or within the bound of its
// case.
#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "archive/zip.h"
#include "data/dtype.h"
#include "data/file_io.h"
#include "data/reader.h"
#include "data/result_document.h"
#include "pratique/load.h"
#include "pratique/registry.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;

// A number, or text, or a missing text: one element of a result.
struct Cell {
  double number = 0;
  std::string text;
  enum class Kind { kNumber, kText, kMissing } kind = Kind::kNumber;
};
using Cells = std::vector<std::vector<Cell>>;

Cell NumberCell(double v) { return {.number = v}; }
Cell TextCell(std::string_view text) { return {.text = std::string(text), .kind = Cell::Kind::kText}; }
Cell MissingCell() { return {.kind = Cell::Kind::kMissing}; }

// Does `got` agree with `want`, beside `slack`? bound 0: bit for bit, any NaN being a NaN.
bool Agrees(const Cell& got, const Cell& want, double bound, double slack) {
  if (got.kind != want.kind)
    return (got.kind == Cell::Kind::kMissing && std::isnan(want.number)) ||
           (want.kind == Cell::Kind::kMissing && std::isnan(got.number));
  if (got.kind != Cell::Kind::kNumber) return got.text == want.text;
  const double g = got.number, w = want.number;
  if (std::isnan(w) || std::isnan(g)) return std::isnan(w) && std::isnan(g);
  if (std::bit_cast<uint64_t>(g) == std::bit_cast<uint64_t>(w)) return true;
  return bound > 0 && std::isfinite(w) && std::abs(g - w) <= std::max(bound * std::max(1.0, std::abs(w)), slack);
}

std::string Text(const Cell& cell) {
  if (cell.kind == Cell::Kind::kMissing) return "missing";
  return cell.kind == Cell::Kind::kText
             ? absl::StrCat("'", cell.text, "'")
             : absl::StrCat(cell.number, " ", absl::Hex(std::bit_cast<uint64_t>(cell.number)));
}

// README's bound beside the relative one: a covariance is a difference of matrices, which cancel, and scikit-learn's
// own is up to 7e-12 apart from one of OpenBLAS' kernels to another (1.9.1, Haswell's and SkylakeX's).
double SlackOf(const std::string& method, const Cells& want) {
  double largest = 0;
  if (method != "predict_cov") return largest;
  for (const std::vector<Cell>& row : want) {
    for (const Cell& cell : row) largest = std::max(largest, std::abs(cell.number));
  }
  return 1e-13 * largest;
}

// "" or the first difference.
std::string Difference(const Cells& got, const Cells& want, double bound, double slack) {
  if (got.size() != want.size()) return absl::StrCat(got.size(), " rows instead of ", want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    if (got[i].size() != want[i].size())
      return absl::StrCat("row ", i, ": ", got[i].size(), " columns instead of ", want[i].size());
    for (size_t j = 0; j < want[i].size(); ++j) {
      if (!Agrees(got[i][j], want[i][j], bound, slack))
        return absl::StrCat("row ", i, ", column ", j, ": ", Text(got[i][j]), " instead of ", Text(want[i][j]));
    }
  }
  return "";
}

template <class Csr>
Cells Densified(const Csr& x) {
  Cells cells(x.rows, std::vector<Cell>(x.cols));
  const auto number = [&](size_t k) {
    if constexpr (requires { x.data.at(k); })
      return x.data.at(k);
    else
      return static_cast<double>(x.data[k]);
  };
  for (size_t i = 0; i < x.rows; ++i) {
    for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) cells[i][x.indices[k]] = NumberCell(number(k));
  }
  return cells;
}

Cells CellsOf(const Data& data) {
  return std::visit(
      [](const auto& x) {
        if constexpr (requires { x.indptr; }) {
          return Densified(x);
        } else {
          Cells cells(x.rows);
          if constexpr (requires { x.row_stride; }) {
            for (size_t i = 0; i < x.rows; ++i) {
              for (size_t j = 0; j < x.cols; ++j) cells[i].push_back(NumberCell(static_cast<double>(x(i, j))));
            }
          } else {
            for (const Column& c : x.columns) {
              for (size_t i = 0; i < x.rows; ++i) {
                if (c.lacks(i))
                  cells[i].push_back(MissingCell());
                else if (c.dtype == DType::kString)
                  cells[i].push_back(TextCell(c.strings[i]));
                else
                  WithNumbers(c, [&](auto n) { cells[i].push_back(NumberCell(static_cast<double>(n[i]))); });
              }
            }
          }
          return cells;
        }
      },
      data);
}

Cells CellsOf(const Matrix& m) {
  Cells cells(m.rows());
  for (size_t i = 0; i < m.rows(); ++i) {
    for (size_t j = 0; j < m.cols(); ++j) {
      cells[i].push_back(m.dtype() == DType::kString ? TextCell(m.strings()[i * m.cols() + j])
                                                     : NumberCell(m.at(i, j)));
    }
  }
  return cells;
}

// The arrays of a result, each as cells.
std::vector<Cells> CellsOf(const Output& output) {
  if (output.csr) return {Densified(*output.csr)};
  if (output.columns.empty()) {
    std::vector<Cells> all;
    for (const Matrix& m : output.arrays) all.push_back(CellsOf(m));
    return all;
  }
  Cells cells(output.columns[0].values.rows());
  for (const OutputColumn& c : output.columns) {
    for (size_t i = 0; i < cells.size(); ++i) {
      if (c.values.dtype() != DType::kString)
        cells[i].push_back(NumberCell(c.values.at(i)));
      else
        cells[i].push_back(!c.marks.empty() && IsMissingMark(c.marks[i]) ? MissingCell()
                                                                         : TextCell(c.values.strings()[i]));
    }
  }
  return {cells};
}

// numpy's name, where text is U of any width or object.
std::string DTypeOf(const Output& output) {
  if (output.csr) return std::string(Name(output.csr->data.dtype()));
  if (!output.columns.empty()) {  // the array that pandas makes of them
    Promotion promotion;
    for (const OutputColumn& column : output.columns) promotion.Add(column.values.dtype());
    return promotion.result() == DType::kString ? "object" : std::string(Name(promotion.result()));
  }
  return output.arrays.empty() ? "object" : std::string(Name(output.arrays[0].dtype()));
}

// Text has one type here; transformers give floats even where numpy keeps integers.
bool HasOwnDType(const std::string& method, const std::string& dtype) {
  if (dtype == "object" || dtype.starts_with("<U")) return false;
  return method == "predict" || method == "apply" || dtype.starts_with("float");
}

Table ReadAll(const fs::path& path, RowsAre rows = RowsAre::kFeatures) {
  auto reader = Reader::Open(path.string(), {}, {.rows = rows});
  if (!reader.ok()) ADD_FAILURE() << path << ": " << reader.status();
  auto table = (*reader)->Next(100000);
  if (!table.ok()) ADD_FAILURE() << path << ": " << table.status();
  return std::move(**table);
}

// A result as input: readers of X take two dimensions only, so the header of a one-dimensional .npy is made to say
// {rows, 1}.
Table ReadAsInput(const fs::path& path) {
  if (path.extension() != ".npy") return ReadAll(path);
  std::ifstream in(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (const size_t comma = bytes.find(",)"); comma < bytes.find('\n')) {
    bytes.insert(comma + 1, "1");
    bytes.erase(bytes.find('\n') - 1, 1);  // one blank of the padding less
  }
  auto table = ReadTable(std::as_bytes(std::span(bytes)));
  if (!table.ok()) ADD_FAILURE() << path << ": " << table.status();
  return std::move(*table);
}

// The cells of a file of results, and the shape of an array.
struct Result {
  Cells cells;
  std::optional<std::vector<size_t>> shape = std::nullopt;
};
Result ReadWanted(const fs::path& path) {
  if (path.extension() != ".npy") return {CellsOf(ReadAsInput(path).view())};
  std::ifstream in(path, std::ios::binary);
  const absl::StatusOr<Output> output = ReadResult(std::string(std::istreambuf_iterator<char>(in), {}), Limits());
  if (!output.ok()) return {CellsOf(ReadAsInput(path).view())};  // text in F order
  return {CellsOf(output->arrays[0]), output->arrays[0].shape()};
}

// Records as JSON Lines have them.
nlohmann::json RowOf(const OutputRecords& records, size_t i) {
  nlohmann::json row = records.dicts ? nlohmann::json::object() : nlohmann::json::array();
  for (int64_t k = records.entries.indptr[i]; k < records.entries.indptr[i + 1]; ++k) {
    const int32_t j = records.entries.indices[k];
    if (records.dicts)
      row[records.names.strings()[j]] = records.entries.data.at(k);
    else if (records.names.dtype() == DType::kString)
      row.push_back(records.names.strings()[j]);
    else
      row.push_back(records.names.at(j));
  }
  return row;
}

void ExpectRecords(const OutputRecords& got, const fs::path& want) {
  std::ifstream in(want);
  size_t i = 0;
  for (std::string line; std::getline(in, line); ++i) {
    ASSERT_LT(i, got.entries.rows) << want;
    EXPECT_EQ(RowOf(got, i), nlohmann::json::parse(line)) << want << ", row " << i;
  }
  EXPECT_EQ(i, got.entries.rows) << want;
}

// X, where a missing text is what it was to scikit-learn: None or NaN. (The file says only that it is missing.)
class Input {
 public:
  Input(Data data, bool is_none) : data_(data) {
    auto* frame = std::get_if<FrameView>(&data_);
    if (frame == nullptr || !is_none) return;
    columns_.assign(frame->columns.begin(), frame->columns.end());
    for (Column& column : columns_) {
      for (uint8_t& mark : marks_.emplace_back(column.marks.begin(), column.marks.end()))
        mark = mark ? kCellNone : kCellPresent;
      column.marks = marks_.back();
    }
    frame->columns = columns_;
  }
  Input(const Input&) = delete;
  const Data& data() const { return data_; }

 private:
  Data data_;
  std::vector<Column> columns_;
  std::deque<std::vector<uint8_t>> marks_;
};

struct Case {
  fs::path folder;
  nlohmann::json json;
  fs::path answers = folder;  // where input and outputs are
  fs::path at(const std::string& file) const { return fs::exists(answers / file) ? answers / file : folder / file; }
  double bound(const std::string& method) const {
    const nlohmann::json& b = json["agreements"][method];
    return b.is_string() ? 0 : b.get<double>();
  }
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.folder; }

// The checked-in models, or those that make.py has just written to the folder PRATIQUE_MODELS.
std::vector<Case> Cases() {
  const char* fresh = std::getenv("PRATIQUE_MODELS");
  std::vector<Case> cases;
  for (const auto& entry :
       fs::recursive_directory_iterator(fresh ? fs::path(fresh) : fs::path(PRATIQUE_SOURCE_DIR) / "tests" / "models")) {
    if (entry.path().filename() != "case.json") continue;
    Case c{entry.path().parent_path(), {}};
    std::ifstream(entry.path()) >> c.json;
    cases.push_back(std::move(c));
  }
  std::ranges::sort(cases, {}, &Case::folder);
  return cases;
}

// The input and the outputs of a newer case are members of one archive: they are unpacked to a folder of this run.
class Models : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!case_.json.contains("answers")) return;
    std::string folder = (fs::temp_directory_path() / "pratique_models_XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    case_.answers = folder;
    auto bytes = ReadFile((case_.folder / case_.json["answers"]).string(), Limits());
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    auto archive = zip::Archive::Open(std::as_bytes(bytes->span()), Limits(), zip::Rules::kStrict);
    ASSERT_TRUE(archive.ok()) << archive.status();
    for (const zip::Member& member : archive->members()) {
      std::deque<codec::Buffer> kept;
      auto content = archive->Read(member, kept);
      ASSERT_TRUE(content.ok()) << content.status();
      std::ofstream(case_.answers / member.name, std::ios::binary)
          .write(reinterpret_cast<const char*>(content->data()), static_cast<std::streamsize>(content->size()));
    }
  }
  void TearDown() override {
    if (case_.answers != case_.folder) fs::remove_all(case_.answers);
  }

  Case case_ = GetParam();
};

// What scikit-learn refuses is refused: an infinity, a NaN where none may be.
void ExpectRefusals(const Case& c, const Model& model, RowsAre rows) {
  for (const std::string file : c.json.value("refused", nlohmann::json::array())) {
    const Table X = ReadAll(c.at(file), rows);
    for (const auto& [method, files] : c.json["outputs"].items()) {
      if (method == "apply" && !model.Has(Method::kApply)) continue;
      if (method == "inverse_transform" && c.json.contains("back_from_transform")) continue;
      const absl::StatusOr<Output> output = model.Run(*MethodByName(method), X.view());
      EXPECT_EQ(output.status().code(), absl::StatusCode::kInvalidArgument) << file << ", " << method;
    }
  }
}

// What `pratique types` and README say of the class: no model of it has a method that they leave out.
void ExpectListedMethods(const Model& model) {
  static const std::vector<ClassInfo> kClasses = Registry::Builtin().List();
  const auto info = std::ranges::find(kClasses, model.type(), &ClassInfo::name);
  ASSERT_NE(info, kClasses.end()) << model.type();
  for (size_t m = 0; m < kMethods; ++m) {
    const auto method = static_cast<Method>(m);
    EXPECT_TRUE(!model.Has(method) || std::ranges::count(info->methods, Name(method)) == 1) << Name(method);
  }
}

// get_feature_names_out() of the model, which make.py keeps beside it where there is one.
void ExpectFeatureNames(const Case& c, const Model& model) {
  const absl::StatusOr<std::vector<std::string>> names = model.FeatureNamesOut();
  std::ifstream in(c.folder / "feature_names_out.json");
  if (c.json["sklearn"].get<std::string>().starts_with("1.0.")) return;  // few classes had names before 1.1
  if (!in) {
    // What someone took out of an edited object, n_features_in_ for instance, scikit-learn asks for names and not for
    // numbers.
    EXPECT_TRUE(!names.ok() || c.folder.filename().string().starts_with("edited_"));
    return;
  }
  const auto want = nlohmann::json::parse(in).get<std::vector<std::string>>();
  // Names that do not fit its own columns, as some classes of some releases give, are worth nothing.
  if (model.Has(Method::kTransform) && want.size() != model.n_columns(Method::kTransform)) return;
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_EQ(*names, want);
}

TEST_P(Models, GiveWhatScikitLearnGave) {
  const Case& c = case_;
  const LoadOptions options{.root = c.json.contains("root") ? c.json["root"].dump() : ""};
  // What rows are, the model says: records are read as such.
  const absl::StatusOr<Model> first = Load(c.at(c.json["models"][0]).string(), {}, options);
  ASSERT_TRUE(first.ok()) << first.status();
  ExpectListedMethods(*first);
  const bool runs = !c.json["outputs"].empty();
  const RowsAre rows = runs ? first->rows_are(*MethodByName(c.json["outputs"].begin().key())) : RowsAre::kFeatures;
  const Table X = ReadAll(c.at(c.json["input"]), rows);
  Input input(X.view(), c.json.value("null_text", "") == "None");
  std::string content;
  for (const std::string file : c.json["models"]) {
    absl::StatusOr<Model> model = Load(c.at(file).string(), {}, options);
    ASSERT_TRUE(model.ok()) << file << ": " << model.status();
    // The same model has the same content, whatever kind of file it came in.
    const std::string digest = Hex(model->validated().audited().file().ContentDigest().value());
    if (content.empty()) content = digest;
    EXPECT_EQ(digest, content) << file;
    if (!runs) {
      const std::string said(model->Run(Method::kPredict, input.data()).status().message());
      EXPECT_NE(said.find("has nothing to run on new rows"), std::string::npos) << file << ": " << said;
      continue;
    }
    for (const auto& [method, files] : c.json["outputs"].items()) {
      const bool back = method == "inverse_transform" && c.json.contains("back_from_transform");
      std::optional<Table> transformed;
      if (back) transformed = ReadAsInput(c.at(c.json["outputs"]["transform"][0]));
      absl::StatusOr<Output> output = model->Run(*MethodByName(method), back ? transformed->view() : input.data());
      ASSERT_TRUE(output.ok()) << file << ", " << method << ": " << output.status();
      if (output->records) {
        ASSERT_EQ(files.size(), 1) << method;
        ExpectRecords(*output->records, c.at(files[0]));
        continue;
      }
      std::vector<Cells> got = CellsOf(*output);
      EXPECT_EQ(output->is_list, files.size() > 1 && method != "decision_path") << method;
      if (!model->n_nodes_ptr().empty() && method == "decision_path") {  // the second that a forest gives
        Cells& begins = got.emplace_back();
        for (int64_t node : model->n_nodes_ptr()) begins.push_back({NumberCell(static_cast<double>(node))});
      }
      ASSERT_EQ(got.size(), files.size()) << method;
      for (size_t k = 0; k < got.size(); ++k) {
        const Result want = ReadWanted(c.at(files[k]));
        EXPECT_EQ(Difference(got[k], want.cells, c.bound(method), SlackOf(method, want.cells)), "")
            << file << ", " << method;
        if (want.shape && !output->arrays.empty()) {
          EXPECT_EQ(output->arrays[k].shape(), *want.shape) << file << ", " << method;
        }
      }
      EXPECT_EQ(output->csr.has_value(), files[0].get<std::string>().ends_with(".npz")) << file << ", " << method;
      const std::string dtype = c.json["dtypes"][method];
      if (HasOwnDType(method, dtype)) {
        EXPECT_EQ(DTypeOf(*output), dtype) << file << ", " << method;
      }
    }
    ExpectFeatureNames(c, *model);
    if (file == c.json["models"][0].get<std::string>()) ExpectRefusals(c, *model, rows);
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, Models, testing::ValuesIn(Cases()), [](const auto& info) {
  std::string name = absl::StrCat(info.param.json["sklearn"].template get<std::string>(), "_",
                                  info.param.json["case"].template get<std::string>());
  std::ranges::replace(name, '.', '_');
  return name;
});

}  // namespace
}  // namespace pratique

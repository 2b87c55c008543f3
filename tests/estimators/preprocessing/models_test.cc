// Every scaler, imputer and encoder of tests/models gives what its own scikit-learn release gave.
#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "data/reader.h"
#include "pratique/load.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;

// A cell as text: numbers by their bits (NaN is NaN), text and missing cells marked.
std::string Cell(double v) {
  return std::isnan(v) ? "nan" : absl::StrCat(v, " ", absl::Hex(std::bit_cast<uint64_t>(v)));
}
std::string Cell(const std::string& text) { return absl::StrCat("'", text, "'"); }
using Cells = std::vector<std::vector<std::string>>;

template <class Csr>
Cells Densified(const Csr& x) {
  Cells cells(x.rows, std::vector<std::string>(x.cols, Cell(0.0)));
  for (size_t i = 0; i < x.rows; ++i) {
    for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k)
      cells[i][x.indices[k]] = Cell(static_cast<double>(x.data[k]));
  }
  return cells;
}

Cells CellsOf(const Data& data) {
  return std::visit(
      [](const auto& x) {
        if constexpr (requires { x.indptr; }) {
          return Densified(x);
        } else if constexpr (requires { x.row_stride; }) {
          Cells cells(x.rows);
          for (size_t i = 0; i < x.rows; ++i) {
            for (size_t j = 0; j < x.cols; ++j) cells[i].push_back(Cell(static_cast<double>(x(i, j))));
          }
          return cells;
        } else {
          Cells cells(x.rows);
          for (const Column& c : x.columns) {
            for (size_t i = 0; i < x.rows; ++i) {
              if (c.dtype != DType::kString)
                cells[i].push_back(Cell(c.dtype == DType::kFloat32 ? c.floats[i] : c.doubles[i]));
              else
                cells[i].push_back(!c.missing.empty() && c.missing[i] ? "missing" : Cell(std::string(c.strings[i])));
            }
          }
          return cells;
        }
      },
      data);
}

Cells CellsOf(const Output& output) {
  if (output.csr) return Densified(*output.csr);
  if (!output.columns.empty()) {
    Cells cells(output.columns[0].values.rows());
    for (const OutputColumn& c : output.columns) {
      for (size_t i = 0; i < cells.size(); ++i) {
        if (c.values.dtype() != DType::kString)
          cells[i].push_back(Cell(c.values.at(i)));
        else
          cells[i].push_back(!c.missing.empty() && c.missing[i] ? "missing" : Cell(c.values.strings()[i]));
      }
    }
    return cells;
  }
  const Matrix& m = output.arrays.at(0);
  Cells cells(m.rows());
  for (size_t i = 0; i < m.rows(); ++i) {
    for (size_t j = 0; j < m.cols(); ++j) cells[i].push_back(Cell(m.at(i, j)));
  }
  return cells;
}

Table ReadAll(const fs::path& path) {
  auto reader = Reader::Open(path.string());
  if (!reader.ok()) ADD_FAILURE() << path << ": " << reader.status();
  auto table = (*reader)->Next(1000);
  if (!table.ok()) ADD_FAILURE() << path << ": " << table.status();
  return std::move(**table);
}

struct Case {
  fs::path folder;
  nlohmann::json json;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.folder; }

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PRATIQUE_SOURCE_DIR) / "tests" / "models")) {
    if (entry.path().filename() != "case.json") continue;
    nlohmann::json json;
    std::ifstream(entry.path()) >> json;
    const std::string name = json["class"];
    if (name == "sklearn.preprocessing.StandardScaler" || name == "sklearn.preprocessing.OneHotEncoder" ||
        name == "sklearn.impute.SimpleImputer") {
      cases.push_back({entry.path().parent_path(), json});
    }
  }
  return cases;
}

class PreprocessingModels : public testing::TestWithParam<Case> {};

TEST_P(PreprocessingModels, GivesScikitLearnsNumbers) {
  const Case& c = GetParam();
  absl::StatusOr<Model> model = Load((c.folder / c.json["models"][0].get<std::string>()).string());
  ASSERT_TRUE(model.ok()) << model.status();
  const Table X = ReadAll(c.folder / c.json["input"].get<std::string>());
  Data view = X.view();
  std::vector<Column> columns;
  std::vector<std::vector<uint8_t>> marks;
  if (auto* frame = std::get_if<FrameView>(&view); frame && c.json.value("null_text", "") == "None") {
    columns.assign(frame->columns.begin(), frame->columns.end());
    for (Column& column : columns) {
      for (uint8_t& mark : marks.emplace_back(column.missing.begin(), column.missing.end())) mark *= kCellNone;
      column.missing = marks.back();
    }
    frame->columns = columns;
  }
  for (const auto& [method, files] : c.json["outputs"].items()) {
    absl::StatusOr<Output> output = model->Run(*MethodByName(method), view);
    ASSERT_TRUE(output.ok()) << method << ": " << output.status();
    EXPECT_EQ(c.json["agreements"][method], "exact");
    const Table expected = ReadAll(c.folder / files[0].get<std::string>());
    EXPECT_EQ(CellsOf(*output), CellsOf(expected.view())) << method;
    const std::string dtype = c.json["dtypes"][method];
    if (dtype == "float32" || dtype == "float64") {
      EXPECT_EQ(Name(output->csr ? output->csr->dtype : output->arrays.at(0).dtype()), dtype);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, PreprocessingModels, ::testing::ValuesIn(Cases()), [](const auto& info) {
  std::string name = absl::StrCat(info.param.json["sklearn"].template get<std::string>(), "_",
                                  info.param.json["case"].template get<std::string>());
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

}  // namespace
}  // namespace pratique

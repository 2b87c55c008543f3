// A row as a model takes it, made of zeros and first categories: shown to people, and run to see what comes of it.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pratique/model.h"

namespace pratique {

enum class RowKind : uint8_t { kFeatures, kDocuments, kLabels, kRecords, kImages };

// What a row of X is; documents are texts for a vectorizer.
RowKind KindOfRows(const Model& model);

class SampleRow {
 public:
  explicit SampleRow(const Model& model);
  SampleRow(const SampleRow&) = delete;

  // X of one row; nullopt: the model does not say enough of it.
  std::optional<Data> view() const;
  // The row as a line of JSON Lines; null where there is none.
  nlohmann::ordered_json json() const { return json_; }

 private:
  void OfFeatures(const Model& model);
  void OfLabels(const Matrix& classes);
  void OfRecords(const Model& model);
  void OfImages(const Model& model);

  RowKind kind_;
  nlohmann::ordered_json json_;
  bool any_text_ = false;
  std::vector<Column> columns_;
  std::vector<double> numbers_;
  ImageAxes image_;
  std::deque<std::string> texts_;
  std::deque<std::string_view> views_;
  std::deque<int64_t> ints_;
  std::vector<Item> items_;
  int64_t offsets_[2] = {0, 0};
};

}  // namespace pratique

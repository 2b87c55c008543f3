// Rows that are dicts, lists of labels or words, or lists of pairs.
#pragma once

#include <nanobind/nanobind.h>

#include "data/table.h"
#include "rows.h"

namespace pratique::python {

// For DictVectorizer, FeatureHasher and MultiLabelBinarizer: the same items that JSON Lines give (src/data/records.cc).
class HeldRecords {
 public:
  explicit HeldRecords(const nanobind::list& rows);  // raises InputError
  FrameView view() const { return {size_, {}, Records{owned_.offsets, owned_.items}}; }

 private:
  void AddRow(nanobind::handle row);
  void AddEntry(std::string_view name, nanobind::handle value);
  void AddScalar(Item item, std::string_view name, nanobind::handle value);
  [[noreturn]] void Fail(const char* what, nanobind::handle value) const;

  OwnedRecords owned_;
  size_t size_ = 0;  // rows so far
};

absl::Status ForEachBlock(const HeldRecords& rows, const Take& take);

}  // namespace pratique::python

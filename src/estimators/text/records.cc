#include "estimators/text/records.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "model/input_error.h"

namespace pratique {
namespace {

absl::Status NoRecords(const Run& run, std::string_view wanted) {
  return BadInput("input.records",
                  absl::StrCat(std::string(run.self->type->short_name()), " takes ", std::string(wanted),
                               ", one a row: give them as JSON Lines"),
                  "columns", std::string(wanted));
}

std::string_view NameOf(Item::Form form) {
  switch (form) {
    case Item::Form::kElement:
      return "lists of labels or words";
    case Item::Form::kPair:
      return "lists of pairs of a name and a value";
    default:
      return "objects";
  }
}

Item ItemOf(const Column& column, size_t i) {
  Item item{.form = Item::Form::kEntry, .key = column.name};
  if (column.lacks(i)) {
    item.kind = column.mark(i) == kCellNone ? Item::Kind::kNone : Item::Kind::kFloat;
    item.number = std::nan("");
  } else if (column.dtype == DType::kString) {
    item.text = column.strings[i];
  } else {
    WithNumbers(column, [&](auto cells) {
      item.number = static_cast<double>(cells[i]);
      item.integer = IsFloat(column.dtype) ? 0 : static_cast<int64_t>(cells[i]);
    });
    item.kind = IsFloat(column.dtype)          ? Item::Kind::kFloat
                : column.dtype == DType::kBool ? Item::Kind::kBool
                                               : Item::Kind::kInteger;
  }
  return item;
}

}  // namespace

absl::Status BadItem(const Item& item, size_t row, std::string_view expected) {
  const std::string got = item.kind == Item::Kind::kText   ? absl::StrCat("'", Escape(item.text, 80), "'")
                          : item.kind == Item::Kind::kNone ? "null"
                                                           : absl::StrCat(item.number);
  return BadInput("input.records",
                  absl::StrCat("row ", row, item.key.empty() ? "" : absl::StrCat(", '", Escape(item.key, 80), "'"),
                               ": ", got, " is to be ", std::string(expected)),
                  got, std::string(expected));
}

absl::StatusOr<Records> RecordsOf(const Data& X, Item::Form form, Run& run) {
  const auto* frame = std::get_if<FrameView>(&X);
  if (frame == nullptr || !frame->records) return NoRecords(run, NameOf(form));
  const Records& records = *frame->records;
  for (int64_t k = records.offsets.front(); k < records.offsets.back(); ++k) {
    if (records.items[static_cast<size_t>(k)].form != form) return NoRecords(run, NameOf(form));
  }
  return records;
}

absl::StatusOr<Records> Dicts(const Data& X, Run& run) {
  const auto* frame = std::get_if<FrameView>(&X);
  if (frame == nullptr) return NoRecords(run, NameOf(Item::Form::kEntry));
  if (frame->records) {
    const Records& records = *frame->records;
    for (int64_t k = records.offsets.front(); k < records.offsets.back(); ++k) {
      const Item::Form form = records.items[static_cast<size_t>(k)].form;
      if (form != Item::Form::kEntry && form != Item::Form::kEntryElement)
        return NoRecords(run, NameOf(Item::Form::kEntry));
    }
    return records;
  }
  if (!frame->columns.empty() && frame->columns[0].name.empty()) return NoRecords(run, NameOf(Item::Form::kEntry));
  std::span<int64_t> offsets = run.arena.New<int64_t>(frame->rows + 1);
  std::span<Item> items = run.arena.New<Item>(frame->rows * frame->columns.size());
  size_t size = 0;
  for (size_t i = 0; i < frame->rows; ++i) {
    for (const Column& column : frame->columns) items[size++] = ItemOf(column, i);
    offsets[i + 1] = static_cast<int64_t>(size);
  }
  return Records{offsets, items};
}

}  // namespace pratique

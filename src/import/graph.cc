#include "import/graph.h"

#include <algorithm>

namespace pratique::graph {
namespace {

// numpy's character for the byte order; '|' where it means nothing.
char OrderOf(const DType& dtype) {
  if (dtype.kind == 'S' || dtype.kind == 'V' || dtype.kind == 'O' || dtype.itemsize <= 1) return '|';
  return dtype.big_endian ? '>' : '<';
}

}  // namespace

bool DType::operator==(const DType& other) const {
  if (kind != other.kind || itemsize != other.itemsize || unit != other.unit || OrderOf(*this) != OrderOf(other) ||
      fields.size() != other.fields.size()) {
    return false;
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    const Field& a = fields[i];
    const Field& b = other.fields[i];
    if (a.name != b.name || a.offset != b.offset || !(*a.dtype == *b.dtype)) return false;
  }
  return true;
}

std::string DType::ToString() const {
  if (!fields.empty()) {
    std::string text = "[";
    for (const Field& field : fields) {
      if (text.size() > 1) text += ",";
      text += "('" + field.name + "','" + field.dtype->ToString() + "')";
    }
    return text + "]";
  }
  std::string text = {OrderOf(*this), kind};
  text += std::to_string(kind == 'U' ? itemsize / 4 : itemsize);
  if (!unit.empty()) text += "[" + unit + "]";
  return text;
}

Id Graph::Add(NewNode node) {
  Stored& added = nodes_.emplace_back();
  added.kind = node.kind;
  added.made = node.made;
  added.is_scalar = node.is_scalar;
  added.fortran = node.fortran;
  added.hashable = node.hashable;
  added.settled = node.settled;
  added.state = node.state;
  added.offset = node.offset;
  added.text = node.text;
  if (node.kind == Kind::kFloat) {
    added.real = node.real;
  } else {
    added.integer = node.integer;
  }
  added.items = std::move(node.items);
  if (node.IsWide()) {
    added.rare =
        std::make_unique<Rare>(Rare{node.module, node.name, std::move(node.list_items), std::move(node.dict_items),
                                    std::move(node.dtype), std::move(node.shape), node.bytes});
  }
  return static_cast<Id>(nodes_.size() - 1);
}

Id Graph::Find(Id id, std::string_view key) const {
  if (id < size() && nodes_[id].kind == Kind::kObject) id = nodes_[id].state;
  if (id >= size() || nodes_[id].kind != Kind::kDict) return kNoId;
  const std::vector<Id>& items = nodes_[id].items;
  constexpr size_t kLarge = 64;
  if (items.size() > kLarge) {
    const auto [at, added] = indexes_.try_emplace(id);
    std::vector<Entry>& index = at->second;
    if (added) {
      for (size_t i = items.size(); i >= 2; i -= 2) {  // the last comes first, and stays
        const Stored& candidate = nodes_[items[i - 2]];
        if (candidate.kind == Kind::kStr) index.push_back({candidate.text, items[i - 1]});
      }
      std::ranges::stable_sort(index, {}, &Entry::key);
      index.erase(std::ranges::unique(index, {}, &Entry::key).begin(), index.end());
    }
    const auto found = std::ranges::lower_bound(index, key, {}, &Entry::key);
    return found == index.end() || found->key != key ? kNoId : found->value;
  }
  for (size_t i = items.size(); i >= 2; i -= 2) {
    const Stored& candidate = nodes_[items[i - 2]];
    if (candidate.kind == Kind::kStr && candidate.text == key) return items[i - 1];
  }
  return kNoId;
}

}  // namespace pratique::graph

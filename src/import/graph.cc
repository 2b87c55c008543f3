#include "import/graph.h"

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

Id Graph::Find(Id dict_or_object, std::string_view key) const {
  if (dict_or_object >= size()) return kNoId;
  const Node* node = &nodes_[dict_or_object];
  if (node->kind == Kind::kObject) {
    if (node->state >= size()) return kNoId;
    node = &nodes_[node->state];
  }
  if (node->kind != Kind::kDict) return kNoId;
  for (size_t i = node->items.size(); i >= 2; i -= 2) {
    const Node& candidate = nodes_[node->items[i - 2]];
    if (candidate.kind == Kind::kStr && candidate.text == key) return node->items[i - 1];
  }
  return kNoId;
}

}  // namespace pratique::graph

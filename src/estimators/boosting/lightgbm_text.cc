#include "estimators/boosting/lightgbm_text.h"

#include <charconv>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr uint64_t kMaxFeatures = 1 << 24, kMaxScores = 1 << 16;

absl::Status Wrong(std::string_view where, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(where), ": ", std::string(what)));
}

template <class T>
bool Parse(std::string_view word, T& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

// Lines up to an empty one, "key=value" or a key alone.
class Section {
 public:
  // Reads it off the front of `text`, and the empty lines behind it.
  static absl::StatusOr<Section> Read(std::string_view& text) {
    constexpr size_t kMostKeys = 1000;
    Section section;
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      if (line.empty()) break;
      const size_t equals = line.find('=');
      const std::string_view key = line.substr(0, equals);
      section.values_[key] = equals == line.npos ? std::string_view() : line.substr(equals + 1);
      if (section.values_.size() > kMostKeys) return Wrong("a section", "more than 1,000 keys");
    }
    while (text.starts_with('\n')) text.remove_prefix(1);
    return section;
  }

  bool Has(std::string_view key) const { return values_.contains(key); }
  std::string_view operator[](std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::string_view() : found->second;
  }
  absl::StatusOr<uint64_t> Number(std::string_view key, uint64_t least, uint64_t most) const {
    uint64_t number = 0;
    if (!Parse((*this)[key], number) || number < least || number > most)
      return Wrong(key, absl::StrCat("not a number of ", least, " to ", most));
    return number;
  }
  // `size` numbers with a space between them.
  template <class T>
  absl::StatusOr<std::vector<T>> Numbers(std::string_view key, size_t size) const {
    std::vector<T> numbers;
    std::string_view rest = (*this)[key];
    if (rest.size() < size) return Wrong(key, absl::StrCat("not ", size, " numbers"));
    numbers.reserve(size);
    while (!rest.empty()) {
      const size_t space = rest.find(' ');
      T number;
      if (!Parse(rest.substr(0, space), number) || numbers.size() == size)
        return Wrong(key, absl::StrCat("not ", size, " numbers"));
      numbers.push_back(number);
      rest.remove_prefix(space == rest.npos ? rest.size() : space + 1);
    }
    if (numbers.size() != size) return Wrong(key, absl::StrCat("not ", size, " numbers"));
    return numbers;
  }

 private:
  std::map<std::string_view, std::string_view> values_;
};

absl::StatusOr<std::vector<BoostedNode>> ReadTree(const Section& section, uint32_t n_features) {
  ASSIGN_OR_RETURN(uint64_t n_leaves, section.Number("num_leaves", 1, INT32_MAX));
  ASSIGN_OR_RETURN(uint64_t n_categorical, section.Number("num_cat", 0, INT32_MAX));
  if (n_categorical != 0) return absl::UnimplementedError("categorical splits");
  if (const std::string_view linear = section["is_linear"]; !linear.empty() && linear != "0")
    return absl::UnimplementedError("linear trees");
  ASSIGN_OR_RETURN(std::vector<double> values, section.Numbers<double>("leaf_value", n_leaves));
  for (double value : values) {
    if (!std::isfinite(value)) return Wrong("leaf_value", "a number that is not finite");
  }
  const size_t n_splits = n_leaves - 1;
  ASSIGN_OR_RETURN(std::vector<int32_t> left, section.Numbers<int32_t>("left_child", n_splits));
  ASSIGN_OR_RETURN(std::vector<int32_t> right, section.Numbers<int32_t>("right_child", n_splits));
  ASSIGN_OR_RETURN(std::vector<int32_t> features, section.Numbers<int32_t>("split_feature", n_splits));
  ASSIGN_OR_RETURN(std::vector<double> thresholds, section.Numbers<double>("threshold", n_splits));
  ASSIGN_OR_RETURN(std::vector<int32_t> types, section.Numbers<int32_t>("decision_type", n_splits));

  // A child below 0 is leaf ~child.
  std::vector<BoostedNode> nodes;
  std::vector<int32_t> children{n_splits == 0 ? ~0 : 0};  // of nodes, breadth first
  std::vector<bool> seen_split(n_splits), seen_leaf(n_leaves);
  for (size_t i = 0; i < children.size(); ++i) {
    const int32_t child = children[i];
    BoostedNode node{.left = static_cast<uint32_t>(i)};
    if (child < 0) {
      const auto leaf = static_cast<size_t>(~child);
      if (leaf >= n_leaves || seen_leaf[leaf])
        return Wrong("left_child, right_child", absl::StrCat("leaf ", leaf, " is no leaf of one split"));
      seen_leaf[leaf] = true;
      node.value = values[leaf];
      nodes.push_back(node);
      continue;
    }
    if (static_cast<size_t>(child) >= n_splits || seen_split[child])
      return Wrong("left_child, right_child", absl::StrCat("node ", child, " is no child of one split"));
    seen_split[child] = true;
    if (features[child] < 0 || static_cast<uint32_t>(features[child]) >= n_features)
      return Wrong("split_feature", absl::StrCat(features[child], " is none of ", n_features));
    if (std::isnan(thresholds[child])) return Wrong("threshold", "not a number");
    // Bits of a decision: categorical, default left, and two of what is missing (include/LightGBM/tree.h): nothing,
    // then NaN counts as 0; zeros; NaN.
    const int32_t missing = types[child] >> 2 & 3;
    if ((types[child] & 1) != 0) return absl::UnimplementedError("categorical splits");
    if (types[child] < 0 || types[child] > 15 || missing == 3)
      return Wrong("decision_type", absl::StrCat(types[child]));
    if (missing == 1) return absl::UnimplementedError("zeros that are missing (zero_as_missing)");
    node.is_leaf = false;
    node.feature = static_cast<uint32_t>(features[child]);
    node.threshold = thresholds[child] + 0.0;  // -0 becomes 0
    node.missing_goes_left = missing == 2 ? (types[child] & 2) != 0 : 0.0 <= node.threshold;
    node.left = static_cast<uint32_t>(children.size());
    children.push_back(left[child]);
    children.push_back(right[child]);
    nodes.push_back(node);
  }
  return nodes;
}

}  // namespace

absl::StatusOr<LightGbmText> LightGbmText::Read(std::string_view text) {
  LightGbmText model;
  ASSIGN_OR_RETURN(Section header, Section::Read(text));
  if (!header.Has("tree")) return Wrong("the first line", "not `tree`");
  if (header["version"] != "v3" && header["version"] != "v4")
    return absl::UnimplementedError(absl::StrCat("version ", std::string(header["version"].substr(0, 20))));
  if (header.Has("average_output")) return absl::UnimplementedError("averaged trees (boosting_type='rf')");
  ASSIGN_OR_RETURN(uint64_t last, header.Number("max_feature_idx", 0, kMaxFeatures - 1));
  ASSIGN_OR_RETURN(uint64_t n_scores, header.Number("num_tree_per_iteration", 1, kMaxScores));
  model.n_features = static_cast<uint32_t>(last + 1);
  model.n_scores = static_cast<uint32_t>(n_scores);
  model.objective = header["objective"];
  while (text.starts_with("Tree=")) {
    ASSIGN_OR_RETURN(Section section, Section::Read(text));
    ASSIGN_OR_RETURN(std::vector<BoostedNode> tree, ReadTree(section, model.n_features));
    model.trees.push_back(std::move(tree));
  }
  if (!text.starts_with("end of trees")) return Wrong("the text", "no `end of trees`");
  if (model.trees.empty()) return absl::UnimplementedError("no trees");
  if (model.trees.size() % n_scores != 0) return Wrong("the trees", "not as many for each score");
  return model;
}

}  // namespace pratique

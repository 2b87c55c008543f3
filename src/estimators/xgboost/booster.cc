#include "estimators/xgboost/booster.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {
namespace {

using document::Document;
using document::Kind;
using document::Value;

constexpr uint32_t kMaxFeatures = 1 << 24, kMaxScores = 1 << 16;

absl::Status Wrong(std::string_view what, std::string_view got, std::string_view expected) {
  return absl::InvalidArgumentError(
      absl::StrCat(std::string(what), ": ", std::string(got), ", not ", std::string(expected)));
}

// Parameters are kept as text: "num_class": "3".
template <class T>
std::optional<T> Parse(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

absl::StatusOr<uint64_t> Parameter(const Document& document, const Value* of, std::string_view name,
                                   std::optional<uint64_t> otherwise, uint64_t most) {
  const Value* value = document.Find(of, name);
  if (value == nullptr && otherwise) return *otherwise;
  const std::optional<uint64_t> number =
      value != nullptr && value->kind == Kind::kString ? Parse<uint64_t>(value->text) : std::nullopt;
  if (!number || *number > most) return Wrong(name, "another value", absl::StrCat("text of a number, at most ", most));
  return *number;
}

// "4.6E-1" up to 3.0; "[4.6E-1,2E-1]" since.
std::optional<std::vector<float>> ParseBaseScores(std::string_view text) {
  std::vector<float> scores;
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  while (true) {
    const size_t comma = text.find(',');
    const std::optional<float> score = Parse<float>(text.substr(0, comma));
    if (!score || !std::isfinite(*score)) return std::nullopt;
    scores.push_back(*score);
    if (comma == text.npos) return scores;
    text.remove_prefix(comma + 1);
  }
}

// An empty list of JSON is of no type.
bool IsIntegers(const Value* value) {
  if (value == nullptr) return false;
  if (value->kind == Kind::kArray) return value->integer == 0;
  return value->kind == Kind::kNumbers && value->element != 'd' && value->element != 'D';
}
// A list of numbers, typed or not; nullopt: it is none, or has another number of elements.
std::optional<std::vector<double>> Numbers(const Document& document, const Value* list, size_t size) {
  std::vector<double> numbers;
  if (list == nullptr || static_cast<size_t>(list->integer) != size) return std::nullopt;
  if (list->kind == Kind::kNumbers) {
    for (size_t i = 0; i < size; ++i) numbers.push_back(Document::Real(*list, i));
    return numbers;
  }
  if (list->kind != Kind::kArray) return std::nullopt;
  for (uint32_t i = list->first; i != 0; i = document[i].next) {
    const Value& element = document[i];
    if (element.kind != Kind::kInt && element.kind != Kind::kFloat) return std::nullopt;
    numbers.push_back(element.kind == Kind::kInt ? static_cast<double>(element.integer) : element.real);
  }
  return numbers;
}
bool IsNumbers(const Value* value) { return value != nullptr && value->kind == Kind::kNumbers; }

}  // namespace

absl::StatusOr<Booster> Booster::Read(std::string_view bytes) {
  ASSIGN_OR_RETURN(Document read, Document::Read(bytes));
  Booster booster(std::move(read));
  const Document& document = booster.document_;
  const Value* model = document.Find(&document.root(), "Model");  // beside "Config", in what is pickled
  const Value* learner = document.Find(model != nullptr ? model : &document.root(), "learner");
  if (learner == nullptr) return Wrong("the root", "no `learner`", "an XGBoost model");
  RETURN_IF_ERROR(booster.ReadVersion(model != nullptr ? model : &document.root()));
  RETURN_IF_ERROR(booster.ReadParameters(learner));
  RETURN_IF_ERROR(booster.ReadGradientBooster(learner));
  return booster;
}

absl::Status Booster::ReadParameters(const Value* learner) {
  const Value* parameters = document_.Find(learner, "learner_model_param");
  ASSIGN_OR_RETURN(uint64_t n_features, Parameter(document_, parameters, "num_feature", std::nullopt, kMaxFeatures));
  ASSIGN_OR_RETURN(uint64_t n_classes, Parameter(document_, parameters, "num_class", 0, kMaxScores));
  ASSIGN_OR_RETURN(uint64_t n_targets, Parameter(document_, parameters, "num_target", 1, kMaxScores));
  if (n_classes > 1 && n_targets > 1) return Wrong("num_target", "several of several classes", "1");
  n_features_ = static_cast<uint32_t>(n_features);
  n_scores_ = static_cast<uint32_t>(std::max({n_classes, n_targets, uint64_t{1}}));

  const Value* margin = document_.Find(parameters, "base_margin");  // of a binary model
  is_base_margin_ = margin != nullptr;
  const Value* base = is_base_margin_ ? margin : document_.Find(parameters, "base_score");
  const auto scores = base != nullptr && base->kind == Kind::kString ? ParseBaseScores(base->text) : std::nullopt;
  if (!scores || (scores->size() != 1 && scores->size() != n_scores_))
    return Wrong("base_score", "another value", "text of a number, or of one a score");
  base_scores_ = *scores;

  const Value* objective = document_.Find(document_.Find(learner, "objective"), "name");
  if (objective == nullptr || objective->kind != Kind::kString) return Wrong("objective", "no name", "a name");
  objective_ = objective->text;

  if (const Value* names = document_.Find(learner, "feature_names"); names != nullptr && names->integer != 0) {
    if (names->kind != Kind::kArray) return Wrong("feature_names", "another value", "a list");
    for (uint32_t i = names->first; i != 0; i = document_[i].next) {
      if (document_[i].kind != Kind::kString) return Wrong("feature_names", "another value", "names");
      feature_names_.push_back(document_[i].text);
    }
  }
  return absl::OkStatus();
}

absl::Status Booster::ReadVersion(const Value* model) {
  const Value* version = document_.Find(model, "version");
  if (version == nullptr) return absl::OkStatus();
  const auto numbers = Numbers(document_, version, static_cast<size_t>(version->integer));
  if (!numbers || numbers->size() < 2) return Wrong("version", "another value", "a list of numbers");
  for (double number : *numbers) {
    if (!(number >= 0 && number < 1000 && number == std::floor(number)))
      return Wrong("version", "another value", "a list of numbers");
  }
  version_ = {static_cast<uint32_t>((*numbers)[0]), static_cast<uint32_t>((*numbers)[1])};
  return absl::OkStatus();
}

absl::Status Booster::ReadGradientBooster(const Value* learner) {
  const Value* booster = document_.Find(learner, "gradient_booster");
  const Value* name = document_.Find(booster, "name");
  const std::string_view kind = name != nullptr ? name->text : "";
  if (kind == "gblinear") return ReadWeights(booster);
  const bool is_dart = kind == "dart";
  if (!is_dart && kind != "gbtree") return Wrong("gradient_booster.name", "another name", "gbtree, dart or gblinear");
  return ReadTrees(learner, booster, is_dart);
}

// Of each feature one a score, and behind them the biases (gblinear_model.cc, 3.2).
absl::Status Booster::ReadWeights(const Value* booster) {
  const auto weights = Numbers(document_, document_.Find(document_.Find(booster, "model"), "weights"),
                               (size_t{n_features_} + 1) * n_scores_);
  if (!weights) return Wrong("weights", "another value", "a number of each feature and score, and biases");
  for (double weight : *weights) {
    if (!(std::abs(weight) <= std::numeric_limits<float>::max()))
      return Wrong("weights", "a number that is not finite", "finite numbers");
    weights_.push_back(static_cast<float>(weight));
  }
  return absl::OkStatus();
}

absl::Status Booster::ReadTrees(const Value* learner, const Value* booster, bool is_dart) {
  const Value* model = document_.Find(is_dart ? document_.Find(booster, "gbtree") : booster, "model");

  const Value* trees = document_.Find(model, "trees");
  if (trees == nullptr || trees->kind != Kind::kArray) return Wrong("trees", "another value", "a list");
  for (uint32_t i = trees->first; i != 0; i = document_[i].next) trees_.push_back(&document_[i]);
  for (size_t i = 0; i < trees_.size(); ++i) {
    ASSIGN_OR_RETURN(uint64_t width,
                     Parameter(document_, document_.Find(trees_[i], "tree_param"), "size_leaf_vector", 1, kMaxScores));
    width = std::max<uint64_t>(width, 1);  // 0 up to 1.5
    if (i == 0) leaf_width_ = static_cast<uint32_t>(width);
    // XGBoost places trees by their ids.
    const Value* id = document_.Find(trees_[i], "id");
    if (id != nullptr && (id->kind != Kind::kInt || id->integer != static_cast<int64_t>(i)))
      return Wrong(absl::StrCat("trees[", i, "].id"), "another value", "its place");
    if (width != leaf_width_ || (width > 1 && (width != n_scores_ || is_dart)))
      return Wrong(absl::StrCat("trees[", i, "].size_leaf_vector"), absl::StrCat(width), "1, or the number of scores");
  }

  const Value* of_trees = document_.Find(model, "gbtree_model_param");
  ASSIGN_OR_RETURN(const uint64_t n_trees, Parameter(document_, of_trees, "num_trees", trees_.size(), INT32_MAX));
  if (n_trees != trees_.size()) return Wrong("num_trees", absl::StrCat(n_trees), "that of the trees");
  const auto scores = Numbers(document_, document_.Find(model, "tree_info"), trees_.size());
  if (!scores) return Wrong("tree_info", "another value", "a number a tree");
  for (double score : *scores) {
    if (!(score >= 0 && score < n_scores_)) return Wrong("tree_info", absl::StrCat(score), "a score");
    tree_scores_.push_back(static_cast<uint32_t>(score));
  }
  if (is_dart) {
    const auto weights = Numbers(document_, document_.Find(booster, "weight_drop"), trees_.size());
    if (!weights) return Wrong("weight_drop", "another value", "a number a tree");
    for (double weight : *weights) {
      if (!(std::abs(weight) <= std::numeric_limits<float>::max()))
        return Wrong("weight_drop", "a number that is not finite", "finite numbers");
      tree_weights_.push_back(static_cast<float>(weight));
    }
  }
  ASSIGN_OR_RETURN(uint64_t parallel, Parameter(document_, of_trees, "num_parallel_tree", 1, uint64_t{1} << 31));
  RETURN_IF_ERROR(ReadCategories(model));
  return ReadBest(learner, model, parallel);
}

// One list a feature, empty of one that has no categories: of words their ends in the bytes behind each other, or
// integers (src/data/cat_container.cc Save, 3.2).
absl::Status Booster::ReadCategories(const Value* model) {
  const Value* lists = document_.Find(document_.Find(model, "cats"), "enc");
  if (lists == nullptr || lists->integer == 0) return absl::OkStatus();
  if (lists->kind != Kind::kArray || static_cast<uint64_t>(lists->integer) != n_features_)
    return Wrong("cats.enc", "another value", "a list of each feature");
  bool is_ascii = true;
  uint32_t feature = 0;
  for (uint32_t i = lists->first; i != 0; i = document_[i].next, ++feature) {
    const std::string at = absl::StrCat("cats.enc[", feature, "]");
    const Value *values = document_.Find(&document_[i], "values"), *ends = document_.Find(&document_[i], "offsets");
    const bool is_list = values != nullptr && (values->kind == Kind::kArray || values->kind == Kind::kNumbers);
    if (is_list && values->integer == 0) continue;
    if (!IsIntegers(values) || (ends != nullptr && !IsIntegers(ends)))
      return Wrong(at, "another value", "words or integers");
    FrameCategories& kept = frame_categories_.emplace_back();
    kept.feature = feature;
    const auto n = static_cast<size_t>(values->integer);
    if (ends == nullptr) {
      for (size_t k = 0; k < n; ++k) kept.integers.push_back(Document::Integer(*values, k));
      continue;
    }
    std::string& bytes = words_.emplace_back();
    for (size_t k = 0; k < n; ++k) {
      const int64_t byte = Document::Integer(*values, k);
      if (byte < -128 || byte > 255) return Wrong(at, absl::StrCat(byte), "bytes of words");
      is_ascii &= byte >= 0 && byte < 128;
      bytes += static_cast<char>(byte);
    }
    for (size_t k = 0; k < static_cast<size_t>(ends->integer); ++k) {
      const int64_t begin = k == 0 ? 0 : Document::Integer(*ends, k - 1), end = Document::Integer(*ends, k);
      if (end < begin || end > values->integer || (k == 0 && end != 0))
        return Wrong(at, absl::StrCat("offset ", end), "one of the words, from 0 on");
      if (k > 0) kept.words.push_back(std::string_view(bytes).substr(begin, end - begin));
    }
    if (kept.words.empty()) return Wrong(at, "no offsets", "words");
  }
  if (!is_ascii) frame_categories_.clear();
  return absl::OkStatus();
}

// best_iteration is an attribute, which early stopping sets (and up to 1.7 every fit); an iteration has parallel trees
// for each score.
absl::Status Booster::ReadBest(const Value* learner, const Value* model, uint64_t parallel_trees) {
  n_best_trees_ = trees_.size();
  std::vector<double> ends;  // of each iteration, the first 0; since 2.0
  if (const Value* begins = document_.Find(model, "iteration_indptr"); begins != nullptr) {
    // XGBoost predicts by it which trees there are.
    auto numbers = Numbers(document_, begins, static_cast<size_t>(begins->integer));
    if (!numbers || numbers->empty() || numbers->front() != 0 || !std::ranges::is_sorted(*numbers) ||
        numbers->back() != static_cast<double>(trees_.size()))
      return Wrong("iteration_indptr", "another value", "numbers that ascend from 0 to that of the trees");
    ends = *std::move(numbers);
  }
  const Value* best = document_.Find(document_.Find(learner, "attributes"), "best_iteration");
  if (best == nullptr) return absl::OkStatus();
  const std::optional<uint32_t> iteration = best->kind == Kind::kString ? Parse<uint32_t>(best->text) : std::nullopt;
  if (!iteration) return Wrong("best_iteration", "another value", "text of a number");
  uint64_t end = (uint64_t{*iteration} + 1) * parallel_trees * n_scores_;
  // Up to 1.5 the model itself does not say how many trees are parallel.
  if (const Value* limit = document_.Find(document_.Find(learner, "attributes"), "best_ntree_limit");
      limit != nullptr) {
    const std::optional<uint32_t> n = limit->kind == Kind::kString ? Parse<uint32_t>(limit->text) : std::nullopt;
    if (!n) return Wrong("best_ntree_limit", "another value", "text of a number");
    end = uint64_t{*n} * n_scores_;
  }
  if (!ends.empty()) {
    if (size_t{*iteration} + 1 >= ends.size())
      return Wrong("best_iteration", absl::StrCat(*iteration), "an iteration of the model");
    end = static_cast<uint64_t>(ends[*iteration + 1]);
  }
  if (end > trees_.size()) return Wrong("best_iteration", absl::StrCat(*iteration), "an iteration of the model");
  n_best_trees_ = end;
  return absl::OkStatus();
}

namespace {

// Which set each categorical split has: the k-th of categories_nodes has categories_sizes[k] of the categories, one
// after the other from categories_segments[k] on (tree_model.cc LoadCategoricalSplit, 3.2).
class NodeCategories {
 public:
  absl::Status Read(const Document& document, const Value* tree, const std::string& at, const Value& types) {
    const Value* of[4];
    for (int i = 0; i < 4; ++i) {
      constexpr const char* kNames[] = {"categories_nodes", "categories_sizes", "categories_segments", "categories"};
      of[i] = document.Find(tree, kNames[i]);
      if (!IsIntegers(of[i]) || (i == 2 && of[i]->integer != of[0]->integer) ||
          (i == 1 && of[i]->integer != of[0]->integer))
        return Wrong(absl::StrCat(at, kNames[i]), "another value", "a list of numbers");
    }
    categories_ = of[3];
    int64_t end = 0;
    for (int64_t k = 0; k < of[0]->integer; ++k) {
      const auto i = static_cast<size_t>(k);
      const int64_t node = Document::Integer(*of[0], i), size = Document::Integer(*of[1], i);
      if (node < 0 || node >= types.integer || Document::Integer(types, static_cast<size_t>(node)) != 1)
        return Wrong(absl::StrCat(at, "categories_nodes"), absl::StrCat(node), "a node of categories");
      if (size < 0 || size > categories_->integer - end)
        return Wrong(absl::StrCat(at, "categories_sizes"), absl::StrCat(size),
                     "at most what is left of the categories");
      if (Document::Integer(*of[2], i) != end)
        return Wrong(absl::StrCat(at, "categories_segments"), "another place", "one behind the other");
      if (!ranges_.try_emplace(node, end, size).second)
        return Wrong(absl::StrCat(at, "categories_nodes"), absl::StrCat(node), "a node once");
      end += size;
    }
    return absl::OkStatus();
  }

  // nullopt: not there, or a category that is none.
  std::optional<std::vector<uint32_t>> Of(int64_t node) const {
    const auto found = ranges_.find(node);
    if (found == ranges_.end()) return std::nullopt;
    std::vector<uint32_t> categories;
    for (int64_t k = 0; k < found->second.second; ++k) {
      const int64_t category = Document::Integer(*categories_, static_cast<size_t>(found->second.first + k));
      if (category < 0 || category >= kMaxCategory) return std::nullopt;
      categories.push_back(static_cast<uint32_t>(category));
    }
    std::ranges::sort(categories);
    categories.erase(std::unique(categories.begin(), categories.end()), categories.end());
    return categories;
  }

 private:
  static constexpr int64_t kMaxCategory = 1 << 24;
  const Value* categories_ = nullptr;
  std::map<int64_t, std::pair<int64_t, int64_t>> ranges_;
};

}  // namespace

absl::StatusOr<BoosterTree> Booster::Tree(size_t i, CategorySets& sets) const {
  const Value* tree = trees_[i];
  const auto member = [&](const char* name) { return document_.Find(tree, name); };
  const std::string at = absl::StrCat("trees[", i, "].");

  const Value *left = member("left_children"), *right = member("right_children"), *features = member("split_indices"),
              *conditions = member("split_conditions"), *default_left = member("default_left"),
              *types = member("split_type");
  if (!IsIntegers(left)) return Wrong(absl::StrCat(at, "left_children"), "another value", "a list of numbers");
  const int64_t n_nodes = left->integer;
  for (const auto& [name, list] :
       {std::pair{"right_children", right}, {"split_indices", features}, {"default_left", default_left}}) {
    if (!IsIntegers(list) || list->integer != n_nodes)
      return Wrong(absl::StrCat(at, name), "another value", "a number a node");
  }
  if (!IsNumbers(conditions) || conditions->integer != n_nodes)
    return Wrong(absl::StrCat(at, "split_conditions"), "another value", "a number a node");
  const Value* parents = member("parents");
  if (parents != nullptr && (!IsIntegers(parents) || parents->integer != n_nodes))
    return Wrong(absl::StrCat(at, "parents"), "another value", "a number a node");
  ASSIGN_OR_RETURN(const uint64_t said,
                   Parameter(document_, member("tree_param"), "num_nodes", static_cast<uint64_t>(n_nodes), INT32_MAX));
  if (said != static_cast<uint64_t>(n_nodes))
    return Wrong(absl::StrCat(at, "num_nodes"), absl::StrCat(said), "that of the nodes");
  bool has_sets = false;
  if (types != nullptr && types->integer != 0) {  // since 1.3
    if (!IsIntegers(types) || types->integer != n_nodes)
      return Wrong(absl::StrCat(at, "split_type"), "another value", "a number a node");
    for (int64_t node = 0; node < n_nodes; ++node) {
      const int64_t type = Document::Integer(*types, static_cast<size_t>(node));
      if (type != 0 && type != 1)
        return Wrong(absl::StrCat(at, "split_type[", node, "]"), absl::StrCat(type), "0 or 1");
      has_sets |= type == 1;
    }
  }
  NodeCategories categories;
  if (has_sets) {
    RETURN_IF_ERROR(categories.Read(document_, tree, at, *types));
  } else if (const Value* nodes = member("categories_nodes"); nodes != nullptr && nodes->integer != 0) {
    return Wrong(absl::StrCat(at, "categories_nodes"), "nodes", "none: no split is of categories");
  }
  // Of several values a leaf: those of all leaves, or up to 3.0 of all nodes.
  const Value* vectors = nullptr;
  bool of_leaves = false;
  if (leaf_width_ > 1) {
    vectors = member("leaf_weights");
    of_leaves = vectors != nullptr;
    if (!of_leaves) vectors = member("base_weights");
    if (!IsNumbers(vectors) || vectors->integer % leaf_width_ != 0 ||
        (!of_leaves && vectors->integer / leaf_width_ != n_nodes))
      return Wrong(absl::StrCat(at, of_leaves ? "leaf_weights" : "base_weights"), "another value", "numbers a leaf");
  }
  if (n_nodes == 0 || n_nodes > INT32_MAX) return Wrong(absl::StrCat(at, "left_children"), "no nodes", "a tree");

  // Nodes that nothing refers to are left behind by pruning.
  BoosterTree out;
  std::vector<bool> seen(n_nodes);
  struct Next {
    int64_t node, from;
    uint32_t parent;  // from's place in `out`
    bool is_right;
  };
  std::vector<Next> next{{0, 0, 0, false}};
  while (!next.empty()) {
    const auto [node, from, parent, is_right] = next.back();
    next.pop_back();
    if (node < 0 || node >= n_nodes || seen[node])
      return Wrong(absl::StrCat(at, is_right ? "right_children" : "left_children"), absl::StrCat(node),
                   "a node that is the child of no other");
    seen[node] = true;
    if (parents != nullptr && node != 0 && Document::Integer(*parents, node) != from)
      return Wrong(absl::StrCat(at, "parents[", node, "]"), "another node", absl::StrCat(from));
    const auto index = static_cast<uint32_t>(out.nodes.size());
    if (index != 0) (is_right ? out.nodes[parent].right : out.nodes[parent].left) = index;
    const auto condition = static_cast<float>(Document::Real(*conditions, static_cast<size_t>(node)));
    const auto not_finite = [&](std::string_view list, int64_t where) {
      return Wrong(absl::StrCat(at, std::string(list), "[", where, "]"), "a number that is not finite", "a finite one");
    };
    const int64_t left_child = Document::Integer(*left, node), right_child = Document::Integer(*right, node);
    if (left_child == -1 && (right_child == -1 || leaf_width_ > 1)) {
      out.nodes.push_back({0, 0, 0, 0, false});
      if (leaf_width_ == 1) {
        if (!std::isfinite(condition)) return not_finite("split_conditions", node);
        out.leaves.push_back(condition);
        continue;
      }
      const int64_t leaf = of_leaves ? right_child : node;
      if (leaf < 0 || leaf >= vectors->integer / leaf_width_)
        return Wrong(absl::StrCat(at, "right_children"), absl::StrCat(leaf), "a row of leaf_weights");
      for (int64_t k = leaf * leaf_width_; k < (leaf + 1) * leaf_width_; ++k) {
        out.leaves.push_back(static_cast<float>(Document::Real(*vectors, static_cast<size_t>(k))));
        if (!std::isfinite(out.leaves.back())) return not_finite(of_leaves ? "leaf_weights" : "base_weights", k);
      }
      continue;
    }
    const int64_t feature = Document::Integer(*features, node);
    if (feature < 0 || feature >= n_features_)
      return Wrong(absl::StrCat(at, "split_indices[", node, "]"), absl::StrCat(feature),
                   absl::StrCat("a feature below ", n_features_));
    const int64_t missing = Document::Integer(*default_left, node);
    if (missing != 0 && missing != 1)
      return Wrong(absl::StrCat(at, "default_left[", node, "]"), absl::StrCat(missing), "0 or 1");
    FittedTree::Node split{0, 0, 0, static_cast<uint32_t>(feature), missing == 1};
    if (has_sets && Document::Integer(*types, node) == 1) {
      auto set = categories.Of(node);
      if (!set)
        return Wrong(absl::StrCat(at, "categories_nodes"), absl::StrCat("not of node ", node), "categories below 2^24");
      split.feature = n_features_ + sets.IndexOf(split.feature, *std::move(set));
    } else {
      if (!std::isfinite(condition)) return not_finite("split_conditions", node);
      const float below = std::nextafterf(condition, -INFINITY);
      if (!std::isfinite(below)) return absl::UnimplementedError("a split that no number passes");
      split.threshold = below;
    }
    out.nodes.push_back(split);
    out.leaves.resize(out.leaves.size() + leaf_width_);
    next.push_back({right_child, node, index, true});
    next.push_back({left_child, node, index, false});
  }
  return out;
}

}  // namespace pratique

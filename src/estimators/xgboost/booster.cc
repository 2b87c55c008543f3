#include "estimators/xgboost/booster.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {
namespace {

using ubjson::Document;
using ubjson::Kind;
using ubjson::Value;

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

bool IsIntegers(const Value* value) {
  return value != nullptr && value->kind == Kind::kNumbers && value->element != 'd' && value->element != 'D';
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
  Booster booster;
  ASSIGN_OR_RETURN(booster.document_, Document::Read(bytes));
  const Document& document = booster.document_;
  const Value* model = document.Find(&document.root(), "Model");  // beside "Config", in what is pickled
  const Value* learner = document.Find(model != nullptr ? model : &document.root(), "learner");
  if (learner == nullptr) return Wrong("the root", "no `learner`", "an XGBoost model");
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

  const Value* base = document_.Find(parameters, "base_score");
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
  if (const Value* types = document_.Find(learner, "feature_types"); types != nullptr && types->kind == Kind::kArray) {
    for (uint32_t i = types->first; i != 0; i = document_[i].next) {
      if (document_[i].text == "c") return absl::UnimplementedError("categorical features");
    }
  }
  return absl::OkStatus();
}

absl::Status Booster::ReadGradientBooster(const Value* learner) {
  const Value* booster = document_.Find(learner, "gradient_booster");
  const Value* name = document_.Find(booster, "name");
  const std::string_view kind = name != nullptr ? name->text : "";
  if (kind == "gblinear") return absl::UnimplementedError("a linear booster (gblinear)");
  const bool is_dart = kind == "dart";
  if (!is_dart && kind != "gbtree") return Wrong("gradient_booster.name", "another name", "gbtree or dart");
  const Value* model = document_.Find(is_dart ? document_.Find(booster, "gbtree") : booster, "model");

  const Value* trees = document_.Find(model, "trees");
  if (trees == nullptr || trees->kind != Kind::kArray) return Wrong("trees", "another value", "a list");
  for (uint32_t i = trees->first; i != 0; i = document_[i].next) trees_.push_back(&document_[i]);

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
  ASSIGN_OR_RETURN(uint64_t parallel, Parameter(document_, document_.Find(model, "gbtree_model_param"),
                                                "num_parallel_tree", 1, uint64_t{1} << 31));
  return ReadBest(learner, model, parallel);
}

// best_iteration is an attribute, which early stopping sets (and up to 1.7 every fit); an iteration has parallel trees
// for each score.
absl::Status Booster::ReadBest(const Value* learner, const Value* model, uint64_t parallel_trees) {
  n_best_trees_ = trees_.size();
  const Value* best = document_.Find(document_.Find(learner, "attributes"), "best_iteration");
  if (best == nullptr) return absl::OkStatus();
  const std::optional<uint32_t> iteration = best->kind == Kind::kString ? Parse<uint32_t>(best->text) : std::nullopt;
  if (!iteration) return Wrong("best_iteration", "another value", "text of a number");
  uint64_t end = (uint64_t{*iteration} + 1) * parallel_trees * n_scores_;
  if (const Value* begins = document_.Find(model, "iteration_indptr"); begins != nullptr) {  // since 2.0
    const auto ends = Numbers(document_, begins, static_cast<size_t>(begins->integer));
    if (!ends) return Wrong("iteration_indptr", "another value", "a list of numbers");
    if (size_t{*iteration} + 1 >= ends->size())
      return Wrong("best_iteration", absl::StrCat(*iteration), "an iteration of the model");
    const double of_best = (*ends)[*iteration + 1];
    if (!(of_best >= 0 && of_best <= static_cast<double>(trees_.size())))
      return Wrong("iteration_indptr", absl::StrCat(of_best), "a number of trees");
    end = static_cast<uint64_t>(of_best);
  }
  if (end > trees_.size()) return Wrong("best_iteration", absl::StrCat(*iteration), "an iteration of the model");
  n_best_trees_ = end;
  return absl::OkStatus();
}

absl::StatusOr<BoosterTree> Booster::Tree(size_t i) const {
  const Value* tree = trees_[i];
  const auto member = [&](const char* name) { return document_.Find(tree, name); };
  const std::string at = absl::StrCat("trees[", i, "].");
  ASSIGN_OR_RETURN(uint64_t width,
                   Parameter(document_, document_.Find(tree, "tree_param"), "size_leaf_vector", 1, UINT32_MAX));
  if (width > 1) return absl::UnimplementedError("trees of several outputs (multi_strategy='multi_output_tree')");

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
  if (IsIntegers(types)) {
    if (types->integer != n_nodes) return Wrong(absl::StrCat(at, "split_type"), "another value", "a number a node");
    for (int64_t node = 0; node < n_nodes; ++node) {
      if (Document::Integer(*types, node) != 0) return absl::UnimplementedError("categorical splits");
    }
  }
  if (n_nodes == 0 || n_nodes > INT32_MAX) return Wrong(absl::StrCat(at, "left_children"), "no nodes", "a tree");

  // Nodes that nothing refers to are left behind by pruning.
  BoosterTree out;
  std::vector<bool> seen(n_nodes);
  struct Next {
    int64_t node;
    uint32_t parent;
    bool is_right;
  };
  std::vector<Next> next{{0, 0, false}};
  while (!next.empty()) {
    const auto [node, parent, is_right] = next.back();
    next.pop_back();
    if (node < 0 || node >= n_nodes || seen[node])
      return Wrong(absl::StrCat(at, is_right ? "right_children" : "left_children"), absl::StrCat(node),
                   "a node that is the child of no other");
    seen[node] = true;
    const auto index = static_cast<uint32_t>(out.nodes.size());
    if (index != 0) (is_right ? out.nodes[parent].right : out.nodes[parent].left) = index;
    const auto condition = static_cast<float>(Document::Real(*conditions, node));
    if (!std::isfinite(condition))
      return Wrong(absl::StrCat(at, "split_conditions[", node, "]"), "a number that is not finite", "a finite one");
    const int64_t left_child = Document::Integer(*left, node), right_child = Document::Integer(*right, node);
    if (left_child == -1 && right_child == -1) {
      out.nodes.push_back({0, 0, 0, 0, false});
      out.leaves.push_back(condition);
      continue;
    }
    const int64_t feature = Document::Integer(*features, node);
    if (feature < 0 || feature >= n_features_)
      return Wrong(absl::StrCat(at, "split_indices[", node, "]"), absl::StrCat(feature),
                   absl::StrCat("a feature below ", n_features_));
    const float below = std::nextafterf(condition, -INFINITY);
    if (!std::isfinite(below)) return absl::UnimplementedError("a split that no number passes");
    out.nodes.push_back({below, 0, 0, static_cast<uint32_t>(feature), Document::Integer(*default_left, node) != 0});
    out.leaves.push_back(0);
    next.push_back({right_child, index, true});
    next.push_back({left_child, index, false});
  }
  return out;
}

}  // namespace pratique

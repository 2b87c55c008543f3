// Any bytes are an XGBoost model or are refused, and say the same written again as JSON: UBJSON and JSON are one
// format. What LoadBytes makes of them predicts for any rows.
#include <algorithm>
#include <cstdio>

#include "estimators/xgboost/booster.h"
#include "fuzz/document_writer.h"
#include "fuzz/property.h"

namespace {

using namespace pratique;

struct Read {
  absl::Status status;
  std::vector<BoosterTree> trees;
  CategorySets sets;
};

Read ReadAll(const absl::StatusOr<Booster>& booster) {
  Read read;
  read.status = booster.status();
  if (!booster.ok()) return read;
  for (size_t i = 0; i < booster->n_trees() && read.status.ok(); ++i) {
    absl::StatusOr<BoosterTree> tree = booster->Tree(i, read.sets);
    read.status = tree.status();
    if (tree.ok()) read.trees.push_back(*std::move(tree));
  }
  fuzz::Require(read.status.ok() || absl::IsInvalidArgument(read.status) || absl::IsUnimplemented(read.status),
                "what is no model is called invalid or unsupported");
  return read;
}

bool IsSame(const BoosterTree& a, const BoosterTree& b) {
  const auto same = [](const FittedTree::Node& x, const FittedTree::Node& y) {
    return x.threshold == y.threshold && x.left == y.left && x.right == y.right && x.feature == y.feature &&
           x.missing_goes_left == y.missing_goes_left;
  };
  return std::ranges::equal(a.nodes, b.nodes, same) && a.leaves == b.leaves;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<Booster> booster = Booster::Read(bytes);
  const Read read = ReadAll(booster);

  const absl::StatusOr<document::Document> document = document::Document::Read(bytes);
  const std::string json = document.ok() ? fuzz::JsonWriter(*document).Write() : "";
  if (!json.empty()) {
    const absl::StatusOr<Booster> again = Booster::Read(json);
    const Read second = ReadAll(again);
    if (read.status.ok() != second.status.ok())
      std::fprintf(stderr, "%s\nas JSON: %s\n", read.status.ToString().c_str(), second.status.ToString().c_str());
    fuzz::Require(read.status.ok() == second.status.ok(), "both encodings are read, or none");
    if (read.status.ok()) {
      fuzz::Require(booster->n_features() == again->n_features() && booster->n_scores() == again->n_scores() &&
                        booster->objective() == again->objective() &&
                        booster->feature_names() == again->feature_names() &&
                        booster->n_best_trees() == again->n_best_trees() &&
                        std::ranges::equal(booster->base_scores(), again->base_scores()) &&
                        std::ranges::equal(booster->weights(), again->weights()) &&
                        std::ranges::equal(booster->tree_weights(), again->tree_weights()),
                    "both encodings say the same");
      fuzz::Require(std::ranges::equal(read.trees, second.trees, IsSame), "both encodings have the same trees");
    }
  }

  Policy policy;
  policy.limits = fuzz::SmallLimits();
  const absl::StatusOr<Model> model = LoadBytes(std::as_bytes(std::span(data, size)), policy);
  if (model.ok())
    fuzz::RequireTotal(*model);
  else
    fuzz::RequireRejection(model.status());
  return 0;
}

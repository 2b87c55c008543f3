#include "import/sklearn/search_names.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "type/words.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;
using graph::Node;

struct Module {
  std::string_view name, members;
};
// scikit-learn 1.0 to 1.9: the functions of sklearn.metrics, what get_scorer and make_scorer give, and what `cv` can
// be.
constexpr Module kModules[] = {
    {"sklearn.metrics._classification",
     "accuracy_score balanced_accuracy_score brier_score_loss class_likelihood_ratios cohen_kappa_score "
     "confusion_matrix d2_brier_score d2_log_loss_score f1_score fbeta_score hamming_loss hinge_loss jaccard_score "
     "log_loss matthews_corrcoef multilabel_confusion_matrix precision_recall_fscore_support precision_score "
     "recall_score zero_one_loss"},
    {"sklearn.metrics._ranking",
     "auc average_precision_score coverage_error dcg_score det_curve label_ranking_average_precision_score "
     "label_ranking_loss ndcg_score precision_recall_curve roc_auc_score roc_curve top_k_accuracy_score"},
    {"sklearn.metrics._regression",
     "d2_absolute_error_score d2_pinball_score d2_tweedie_score explained_variance_score max_error mean_absolute_error "
     "mean_absolute_percentage_error mean_gamma_deviance mean_pinball_loss mean_poisson_deviance mean_squared_error "
     "mean_squared_log_error mean_tweedie_deviance median_absolute_error r2_score root_mean_squared_error "
     "root_mean_squared_log_error"},
    {"sklearn.metrics._scorer",
     "_CurveScorer _MultimetricScorer _PassthroughScorer _PredictScorer _ProbaScorer _Scorer _ThresholdScorer "
     "_passthrough_scorer negative_likelihood_ratio positive_likelihood_ratio"},
    {"sklearn.metrics.cluster._supervised",
     "adjusted_mutual_info_score adjusted_rand_score completeness_score fowlkes_mallows_score "
     "homogeneity_completeness_v_measure homogeneity_score mutual_info_score normalized_mutual_info_score rand_score "
     "v_measure_score"},
    {"sklearn.metrics.cluster._unsupervised",
     "calinski_harabasz_score davies_bouldin_score silhouette_samples silhouette_score"},
    {"sklearn.model_selection._classification_threshold", "_CurveScorer"},
    {"sklearn.model_selection._search", "ParameterGrid ParameterSampler"},
    {"sklearn.model_selection._search_successive_halving", "_SubsampleMetaSplitter"},
    {"sklearn.model_selection._split", "_CVIterableWrapper"},
    {"scipy.stats._distn_infrastructure", "rv_continuous_frozen rv_discrete_frozen rv_frozen"},
};

// Every class of theirs that ends so is a distribution: uniform_gen, randint_gen, reciprocal_gen, which is loguniform.
bool IsDistribution(std::string_view module, std::string_view name) {
  return HasWord("scipy.stats._continuous_distns scipy.stats._discrete_distns scipy.stats._levy_stable", module) &&
         name.ends_with("_gen");
}

bool IsIdentifier(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && (i == 0 || c < '0' || c > '9')) return false;
  }
  return !text.empty();
}

// Names of shapes as scipy joins them: "a, b".
bool AreShapes(std::string_view text) {
  for (size_t end; (end = text.find(", ")) != text.npos; text.remove_prefix(end + 2)) {
    if (!IsIdentifier(text.substr(0, end))) return false;
  }
  return IsIdentifier(text);
}

// parse_arg_template % ... of scipy/stats/_distn_infrastructure.py (1.10 to 1.17), for what rv_continuous and
// rv_discrete put into it.
std::string ParserOf(std::string_view shapes, bool discrete) {
  const std::string args = shapes.empty() ? "" : absl::StrCat(std::string(shapes), ", ");
  const std::string in = discrete ? "loc=0" : "loc=0, scale=1", out = discrete ? "loc, 1" : "loc, scale";
  return absl::StrCat("\ndef _parse_args(self, ", args, " ", in, "):\n    return (", args, "), ", out,
                      "\n\ndef _parse_args_rvs(self, ", args, " ", in, ", size=None):\n    return self._argcheck_rvs(",
                      args, " ", out, ", size=size)\n\ndef _parse_args_stats(self, ", args, " ", in,
                      ", moments='mv'):\n    return (", args, "), ", out, ", moments\n");
}

bool IsHonest(const graph::Graph& graph, Id distribution) {
  const Id state = graph[distribution].state;
  if (state == kNoId || graph[state].kind != Kind::kDict) return false;
  const Id source = graph.Find(state, "_parse_arg_template"), shapes = graph.Find(state, "shapes");
  if (source == kNoId || shapes == kNoId || graph[source].kind != Kind::kStr) return false;
  const bool none = graph[shapes].kind == Kind::kNone;
  if (!none && (graph[shapes].kind != Kind::kStr || !AreShapes(graph[shapes].text))) return false;
  const std::string_view text = none ? std::string_view() : graph[shapes].text;
  return graph[source].text == ParserOf(text, false) || graph[source].text == ParserOf(text, true);
}

}  // namespace

bool IsOfSearch(std::string_view module, std::string_view name) {
  for (const Module& known : kModules) {
    if (known.name == module) return HasWord(known.members, name);
  }
  return IsDistribution(module, name);
}

bool IsPartOfDistribution(const graph::Graph& graph, std::string_view module, std::string_view name) {
  if (module != "numpy" || name != "vectorize") return false;
  for (Id id = 0; id < graph.size(); ++id) {
    const Node node = graph[id];
    if (node.kind == Kind::kObject && node.module == "scipy.stats._discrete_distns" && node.name.ends_with("_gen"))
      return true;
  }
  return false;
}

Id FindHostileDistribution(const graph::Graph& graph) {
  for (Id id = 0; id < graph.size(); ++id) {
    const Node node = graph[id];
    if (node.kind == Kind::kObject && IsDistribution(node.module, node.name) && !IsHonest(graph, id)) return id;
  }
  return kNoId;
}

}  // namespace pratique

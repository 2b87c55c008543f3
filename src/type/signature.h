// What one object promises its owner, inferred bottom-up: the type checker of pipelines.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "pratique/limits.h"
#include "pratique/model.h"
#include "pratique/rejection.h"
#include "state/bind.h"
#include "type/values.h"

namespace pratique {

struct Signature {
  std::optional<uint64_t> n_features_in;   // nullopt: any width
  Strings feature_names;                   // empty: fitted without names
  std::optional<uint64_t> n_features_out;  // of transform; nullopt: has none, or unknown
  // Predictors. classes: one Values an output for classifiers, empty for regressors and transformers.
  Array<Values> classes;
  uint64_t n_outputs = 1;
  bool one_dimensional = true;    // predict gives shape {rows}; else {rows, n_outputs}
  bool proba_is_list = false;     // predict_proba gives a list, one array an output
  uint64_t decision_columns = 0;  // columns of decision_function; 1 means one-dimensional; 0: has none
  std::vector<Method> methods;    // what Model may be asked for; filled by the validator from the form, may be narrowed
  bool has_methods = false;       // Infer set `methods` itself (a Pipeline has its last step's)
  uint64_t n_neighbors = 0;       // of kneighbors
  uint64_t n_stages = 0;          // of the staged methods
  uint64_t n_components = 0;      // of mixtures: columns of predict_proba, which is of components and not of classes
  uint64_t n_leaves_columns = 0;  // columns of apply
  bool leaves_one_dimensional = false;
  uint64_t leaf_classes = 0;  // apply gives {rows, n_leaves_columns / leaf_classes, leaf_classes}; 0: two dimensions
  bool stages_keep_column = false;  // staged_decision_function gives {rows, 1} where decision_function gives {rows}
  // Of forests: where each tree's nodes begin in the columns of decision_path, and where the last one's end.
  std::vector<int64_t> n_nodes_ptr;
  // Of transformers of labels. transform gives shape {rows}; inverse_transform gives labels: class indexes, as predict.
  bool one_dimensional_transform = false, inverse_gives_labels = false;
  // inverse_transform gives records: kernels give CSR, each stored entry of which is called by its column. Dicts have
  // `record_keys`, tuples the one Values of `record_labels`.
  Strings record_keys;
  Array<Values> record_labels;
  bool gives_records() const { return !record_labels.empty() || !record_keys.empty(); }
  RowsAre rows = RowsAre::kFeatures;
  bool tree_block = false;   // a part of an estimator, not one of its own
  bool text_input = false;   // takes columns of strings (encoders, string imputers)
  bool text_output = false;  // transform gives columns of strings
  uint64_t widest = 0;       // columns of the widest intermediate result; blocks of rows are cut to it
  // transform solves all rows of X together, so that the result of one depends on the others: they come in one piece.
  bool solves_together = false;

  bool Has(Method method) const {
    for (Method m : methods) {
      if (m == method) return true;
    }
    return false;
  }
};

// The objects that one owner owns, in file order.
struct Children {
  std::span<const Signature> signatures;
  std::span<const void* const> states;       // decoded; of the form beside it
  std::span<const StructInfo* const> infos;  // which struct each state is
  std::span<const std::string_view> roles, types;
  const Limits* limits = nullptr;
  size_t size() const { return signatures.size(); }

  // The state of child i as S; nullptr when it is of another form.
  template <class S>
  const S* As(size_t i) const {
    return infos[i] == &InfoOf<S>() ? static_cast<const S*>(states[i]) : nullptr;
  }
  // A role is a claim until the owner says the same.
  absl::Status CheckRole(size_t i, std::string_view role) const {
    if (roles[i] == role) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("its object number ", i, " is called '", Escape(roles[i], 80), "', and is ", std::string(role)));
  }
};

// An Infer's refusal; the path of the object is put in front.
inline absl::Status Mismatch(std::string message) { return absl::InvalidArgumentError(std::move(message)); }

// Most leaf estimators: no children allowed.
inline absl::Status NoChildren(const Children& children) {
  return children.size() == 0 ? absl::OkStatus() : Mismatch("this estimator owns no other objects");
}

}  // namespace pratique

// Stage 4: a model that predicts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/data.h"
#include "pratique/validate.h"

namespace [[gnu::visibility("default")]] pratique {

// scikit-learn's methods. Names follow it.
enum class Method : uint8_t {
  kPredict,
  kPredictProba,
  kPredictLogProba,
  kDecisionFunction,
  kTransform,
  kInverseTransform,
  kApply,
  kDecisionPath,
  kScoreSamples,
  kKNeighbors,  // two arrays: the distances of the n_neighbors nearest rows of the fit, and their indexes
  kPredictStd,  // predict(return_std=True)[1]: the standard deviation of each prediction
  kMahalanobis,
  // One array a stage, each as predict, predict_proba and decision_function give it.
  kStagedPredict,
  kStagedPredictProba,
  kStagedDecisionFunction,
  // predict(return_cov=True)[1]: the covariances of the predictions, of each row of X with each. X has at most 4096
  // rows, and stands alone: rows in several calls, or in an input that is read in parts, have none with each other.
  kPredictCov,
};
inline constexpr size_t kMethods = 16;
std::string_view Name(Method method);                       // "predict_proba"
std::optional<Method> MethodByName(std::string_view name);  // nullopt: no such method

// What a column of X holds.
enum class Takes : uint8_t { kNothing /* not read */, kNumbers, kText, kAnything };

struct PredictOptions {
  // Rows are split over so many threads, blocks of them at a time; the result has the same bits for any number. Each
  // thread has the limit `memory` for its own intermediate results.
  size_t threads = 1;
  // Where X stands in a larger input, for the row numbers in errors.
  size_t first_row = 0;
  // Text that repeats comes as indexes, int64 ones of the labels of one output, which are Model::classes(0), int32 ones
  // of the categories of an OutputColumn: for who makes an object of each text and wants it once.
  bool text_as_indexes = false;
  // Bytes that the call may take where they are fewer than limits.memory.
  uint64_t memory = UINT64_MAX;
};

class Graph;  // the estimators, wired; src/model/graph.h

// Guarantees: every method is total: no input of the right width and type can crash it, make it read out of bounds, or
//   allocate or loop beyond its limits. A const Model serves many threads without locks; it starts none but
//   those that PredictOptions ask for.
// Does NOT guarantee: the model is any good.
// Cheap to copy; owns (shares) all memory it reads.
class Model {
 public:
  Model(const Model&) = default;
  Model& operator=(const Model&) = default;

  // Runs `method` on X. Shapes and dtypes of the result are scikit-learn's.
  // kInvalidArgument: X has the wrong width, type, a missing column, or values the estimator refuses (codes "input.*");
  // kUnimplemented: the root has no such method; kResourceExhausted: the result would pass a limit.
  // `first_row`: where X stands in a larger input, for the row numbers in errors.
  [[nodiscard]] absl::StatusOr<Output> Run(Method method, const Data& X, size_t first_row = 0) const;
  [[nodiscard]] absl::StatusOr<Output> Run(Method method, const Data& X, const PredictOptions& options) const;

  // One-line forms of Run for models whose result is one dense array. Shape {rows} or {rows, cols}; of images as
  // numpy's.
  [[nodiscard]] absl::StatusOr<Matrix> Predict(const Data& X) const;
  [[nodiscard]] absl::StatusOr<Matrix> PredictProba(const Data& X) const;
  [[nodiscard]] absl::StatusOr<Matrix> DecisionFunction(const Data& X) const;
  [[nodiscard]] absl::StatusOr<Matrix> Transform(const Data& X) const;

  // Reusable memory for PredictInto; one per thread.
  class Scratch {
   public:
    Scratch();
    ~Scratch();
    Scratch(Scratch&&) noexcept;
    Scratch& operator=(Scratch&&) noexcept;

   private:
    friend class Model;
    std::unique_ptr<class Arena> arena_;
  };
  // The same numbers as Run, written row by row into `out` (rows x n_columns(method) doubles, C order); labels as class
  // indexes. After the first call with a shape it allocates nothing. kInvalidArgument also when `out` has another size.
  [[nodiscard]] absl::Status PredictInto(Method method, const Data& X, std::span<double> out, Scratch& scratch) const;

  bool Has(Method method) const;
  std::string_view type() const;                            // of the root
  size_t n_features() const;                                // features seen at fit; 0 when the root does not fix them
  std::span<const std::string_view> feature_names() const;  // empty when fitted without names
  RowsAre rows_are(Method method) const;                    // what a row of X of the method is
  // Whether the result of a row depends on all rows of X, as of predict_cov and what NMF transforms: they are given in
  // one call, which one thread computes within limits.memory.
  bool takes_all_rows(Method method) const;
  std::vector<Takes> takes() const;  // one a feature: what the model expects there
  // What scikit-learn calls the columns of `transform`: get_feature_names_out(). kNotFound: it has no names for them,
  // and why; kResourceExhausted: all names, those between steps too, take more than 1 MiB and 64 times the bytes of the
  // file.
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> FeatureNamesOut() const;
  size_t n_outputs() const;
  Matrix classes(size_t output = 0) const;  // labels in scikit-learn's order; shape {0} for regressors
  size_t n_columns(Method method) const;    // columns of the result of a dense method (1 for one-dimensional results)
  // Where the nodes of each tree begin in the columns of a forest's decision_path, and where the last one ends: the
  // second of what scikit-learn returns. Empty for all others.
  std::span<const int64_t> n_nodes_ptr() const;
  const Validated& validated() const { return validated_; }

 private:
  friend absl::StatusOr<Model> Build(Validated validated);
  Model(Validated validated, std::shared_ptr<const Graph> graph)
      : validated_(std::move(validated)), graph_(std::move(graph)) {}
  Validated validated_;
  std::shared_ptr<const Graph> graph_;
};

[[nodiscard]] absl::StatusOr<Model> Build(Validated validated);

}  // namespace pratique

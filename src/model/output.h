// From the blocks that kernels return to the arrays that scikit-learn would.
#pragma once

#include <mutex>
#include <vector>

#include "model/repeated_texts.h"
#include "pratique/data.h"
#include "pratique/model.h"
#include "type/signature.h"

namespace pratique {

// The labels of one output, with the dtype of classes_.
Matrix LabelsOf(const Values& values);

// Columns of the dense result of `method` (1 for one-dimensional results).
size_t ColumnsOf(Method method, const Signature& signature);

// What Model gives for `rows` rows as dense arrays, of which kernels give `columns` columns in all: the shape of each.
// `image`: those columns are images, each of which is a row of its own.
std::vector<std::vector<size_t>> ShapesOf(Method method, const Signature& signature, size_t rows, size_t columns,
                                          ImageAxes image = {});

// Whether that is a list.
bool GivesList(Method method, const Signature& signature);

// Whether the result is labels, which estimators give as indexes of classes.
inline bool GivesLabels(Method method, const Signature& s) {
  return !s.classes.empty() && (method == Method::kPredict || method == Method::kStagedPredict ||
                                (method == Method::kInverseTransform && s.inverse_gives_labels));
}

// What a staged method gives for each stage; any other method: itself.
inline Method OfOneStage(Method method) {
  switch (method) {
    case Method::kStagedPredict:
      return Method::kPredict;
    case Method::kStagedPredictProba:
      return Method::kPredictProba;
    case Method::kStagedDecisionFunction:
      return Method::kDecisionFunction;
    default:
      return method;
  }
}
// One array a stage.
inline bool IsStaged(Method method) { return OfOneStage(method) != method; }

// What a row of X is: inverse_transform takes the numbers that transform made.
inline RowsAre RowsOf(Method method, const Signature& s) {
  return method == Method::kInverseTransform && s.rows == RowsAre::kRecords ? RowsAre::kFeatures : s.rows;
}

class OutputBuilder {
 public:
  // text_as_indexes: PredictOptions'.
  OutputBuilder(Method method, const Signature& signature, size_t rows, bool text_as_indexes)
      : method_(method), signature_(signature), rows_(rows), text_as_indexes_(text_as_indexes) {}
  // A block; what lies in its place already stays there. Blocks come one at a time.
  absl::Status Append(const Data& block, size_t first_row);
  // The place of a block in the result of transform or inverse_transform, if that is one array of the dtype's carrier;
  // else nullptr. From any thread.
  void* PlaceOf(DType dtype, size_t first_row, size_t cols);
  Output Finish();

 private:
  CsrMatrix& Csr();  // the result's, of records or by itself
  template <class T>
  absl::Status AppendDense(const MatrixView<T>& block, size_t first_row);
  void MakeArrays(DType dtype, size_t cols, ImageAxes image = {});
  absl::Status AppendLabels(const MatrixView<double>& block, size_t first_row);
  template <class T>
  absl::Status AppendCsr(const CsrView<T>& block, CsrMatrix& csr);
  absl::Status AppendFrame(const FrameView& block, size_t first_row);
  // Of one output whose labels are text.
  bool GivesIndexes() const;

  Method method_;
  const Signature& signature_;
  size_t rows_;
  bool text_as_indexes_;
  std::vector<Matrix> labels_;        // of each output
  std::vector<RepeatedTexts> texts_;  // of each column, where text comes as indexes
  std::mutex making_arrays_;
  Output output_;
};

}  // namespace pratique

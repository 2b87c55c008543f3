#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "estimators/ensemble/binary_members.h"
#include "estimators/ensemble/multiclass.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> OutputCode::Invariant() const {
  if (auto v = CheckBinaryParts(parts, n_features_in, /*least=*/-1)) return v;
  if (auto v = CheckLabels(classes, "classes", 1)) return v;
  if (code_book.size() == classes.size() * n_estimators) return std::nullopt;
  return Violation{"code_book", "one_a_class", absl::StrCat(code_book.size() / n_estimators, " codes"),
                   absl::StrCat(classes.size())};
}

absl::StatusOr<Signature> OutputCode::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, SignatureOfBinaryParts(children, parts, n_features_in));
  s.classes = Array<Values>(&classes, 1);
  s.widest = std::max<uint64_t>(s.widest, n_estimators);
  return s;
}

absl::Status OutputCode::Import(ImportContext& context) {
  RETURN_IF_ERROR(TakeTemplate(context, "estimator"));
  ASSIGN_OR_RETURN(const BinaryParts taken, TakeBinaryParts(context, /*least=*/-1));
  parts = taken.parts;
  n_estimators = static_cast<uint32_t>(parts.size());
  n_features_in = taken.n_features_in;
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  ASSIGN_OR_RETURN(const NdArray<double> codes, context.Doubles(context.Take("code_book_"), "code_book_"));
  if (codes.shape.size() != 2 || codes.shape[1] != n_estimators || codes.shape[0] != classes.size())
    return context.Invalid("code_book_", "another shape", "a code for each class, as long as there are estimators");
  code_book = codes.values;
  return context.ByName(this);
}

// pairwise_distances_argmin of the scores and codes (sklearn/multiclass.py, 1.9): |x|^2 - 2 x.y + |y|^2, the first of
// the nearest.
absl::StatusOr<Data> OutputCode::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const BinaryScores scores,
                   AllBinaryScores(parts, n_features_in, X, run, [](const Signature& s) { return BinaryScore(s); }));
  const size_t rows = Rows(X), n = n_estimators;
  std::span<double> labels = NewMatrix<double>(run, rows, 1);
  for (size_t i = 0; i < rows; ++i) {
    const double* x = &scores.values[i * n];
    double norm = 0, nearest = std::numeric_limits<double>::max();
    bool finite = true;
    for (size_t e = 0; e < n; ++e) {
      norm += x[e] * x[e];
      finite &= std::isfinite(x[e]);
    }
    if (!finite)
      return BadInput(
          "input.not_finite",
          absl::StrCat("row ", run.first_row + i, ": an estimator's score is not finite, and scikit-learn raises"));
    labels[i] = 0;
    for (size_t k = 0; k < classes.size(); ++k) {
      const double* code = &code_book[k * n];
      double dot = 0, of_code = 0;
      for (size_t e = 0; e < n; ++e) {
        dot += x[e] * code[e];
        of_code += code[e] * code[e];
      }
      const double d = std::max(0.0, norm + -2 * dot + of_code);
      if (d >= nearest) continue;
      nearest = d;
      labels[i] = static_cast<double>(k);
    }
  }
  return MatrixView<double>{labels, rows, 1, 1};
}

}  // namespace pratique

#include "report/record.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "data/reader.h"
#include "data/result_document.h"
#include "report/compare.h"
#include "report/golden.h"
#include "status_macros.h"

namespace pratique {
namespace {

Rejection Mismatch(Method method, std::string message) {
  return {.stage = Stage::kGolden,
          .reason = Reason::kMismatch,
          .code = "golden.mismatch",
          .path = absl::StrCat("golden.", std::string(Name(method))),
          .message = std::move(message),
          .help = "nothing was written; the samples are another model's, or pratique is wrong: please report it"};
}

// What numpy or scipy must have saved to be compared with this.
std::string Kind(const Output& output) {
  if (output.csr)
    return absl::StrCat("a sparse matrix of ", output.csr->rows, " x ", output.csr->cols, " (scipy.sparse.save_npz)");
  if (output.is_list) return absl::StrCat("a list of ", output.arrays.size(), " arrays (numpy.savez(file, *arrays))");
  if (output.arrays.empty()) return "columns of text and numbers, which are not compared";
  return absl::StrCat("an array of shape (", absl::StrJoin(output.arrays[0].shape(), ", "), ") (numpy.save)");
}

}  // namespace

absl::StatusOr<GoldenToWrite> RecordGolden(const Passage& passage, const std::string& input, ExpectedResult expected,
                                           const Limits& limits) {
  const Model& model = *passage.model;
  ASSIGN_OR_RETURN(auto table, ReadTable(std::as_bytes(std::span(input.data(), input.size())), limits,
                                         {.rows = model.rows_are(expected.method)}));
  ASSIGN_OR_RETURN(auto ours, RunOnTable(model, expected.method, table));
  GoldenToWrite golden{std::string(Name(expected.method)), "pratique " PRATIQUE_VERSION, input, ""};
  if (!expected.document) {
    ASSIGN_OR_RETURN(golden.expected, ResultDocument(ours));
    return golden;
  }
  golden.expected = *std::move(expected.document);
  ASSIGN_OR_RETURN(auto theirs, ReadResult(golden.expected, limits));
  Agreement agreement = AgreementOf(model, expected.method);
  agreement.largest = LargestOf(theirs);
  auto difference = Compare(ours, theirs, agreement);
  if (!difference) {
    return ToStatus(Mismatch(
        expected.method,
        absl::StrCat("the expected output has another kind, shape or type than the result, which is ", Kind(ours))));
  }
  if (!difference->within) {
    Rejection why = Mismatch(
        expected.method, absl::StrCat("the expected output is not reproduced, first at row ", difference->worst_row));
    why.got = absl::StrCat("largest difference ", difference->max_abs, ", ", difference->labels_differ, " labels");
    why.expected = absl::StrCat("agreement: ", agreement.text());
    return ToStatus(why);
  }
  golden.origin = passage.imported && !passage.sklearn.empty() ? "scikit-learn " + passage.sklearn[0] : "scikit-learn";
  return golden;
}

}  // namespace pratique

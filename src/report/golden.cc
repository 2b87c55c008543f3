#include "report/golden.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "data/reader.h"
#include "data/result_document.h"
#include "model/output.h"
#include "model/pace.h"
#include "status_macros.h"

namespace pratique {
namespace {

Rejection Refused(Reason reason, std::string_view code, const GoldenSamples& sample, std::string message) {
  Rejection r;
  r.stage = Stage::kGolden;
  r.reason = reason;
  r.code = code;
  r.path = absl::StrCat("golden.", Escape(sample.method, 40));
  r.message = std::move(message);
  return r;
}

std::span<const std::byte> Bytes(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

Matrix Rows(const Matrix& array, size_t begin, size_t end) {
  std::vector<size_t> shape = array.shape();
  shape[0] = end - begin;
  Matrix rows(array.dtype(), shape);
  const size_t cols = array.cols(), width = cols * SizeOf(array.dtype());
  if (array.dtype() == DType::kString)
    std::copy_n(array.strings().begin() + static_cast<ptrdiff_t>(begin * cols), rows.size(), rows.strings().begin());
  else if (rows.size() > 0)
    std::memcpy(rows.values<std::byte>().data(), array.bytes().data() + begin * width, (end - begin) * width);
  return rows;
}

// Rows [begin, end) of a stored result.
Output Part(const Output& whole, size_t begin, size_t end) {
  Output part;
  part.is_list = whole.is_list;
  for (const Matrix& array : whole.arrays) part.arrays.push_back(Rows(array, begin, end));
  if (whole.csr) {
    const CsrMatrix& csr = *whole.csr;
    const int64_t first = csr.indptr[begin], last = csr.indptr[end];
    part.csr = CsrMatrix{end - begin, csr.cols, {}, {}, Rows(csr.data, first, last)};
    part.csr->indptr.clear();
    for (size_t i = begin; i <= end; ++i) part.csr->indptr.push_back(csr.indptr[i] - first);
    part.csr->indices.assign(csr.indices.begin() + first, csr.indices.begin() + last);
  }
  return part;
}

// For each row of X; 0: the stored result has no rows for them.
size_t RowsOfEach(const Output& result, size_t rows, bool images) {
  const size_t each = images && rows > 0 && !result.csr && !result.arrays.empty() ? result.arrays[0].rows() / rows : 1;
  const auto has = [&](const Matrix& array) { return array.rows() == rows * each; };
  return std::ranges::all_of(result.arrays, has) && (!result.csr || result.csr->rows == rows) ? each : 0;
}

// What the model makes of all samples is never in memory at once: a small file can ask for much. nullopt: the stored
// result is of another kind, shape or type.
absl::StatusOr<std::optional<Difference>> CompareAll(const Model& model, Method method, const Table& input,
                                                     const Output& expected, Agreement agreement,
                                                     const Limits& limits) {
  const bool images = model.rows_are(method) == RowsAre::kImages;
  const size_t each = RowsOfEach(expected, input.rows(), images);
  if (each == 0) return std::nullopt;
  ASSIGN_OR_RETURN(auto aligned, Align(input, model.feature_names()));
  constexpr size_t kMost = 4096;
  constexpr uint64_t kBytes = uint64_t{64} << 20, kSpare = uint64_t{1} << 20;
  Pace pace(/*first=*/1, kMost, std::min(kBytes, limits.memory / 4));
  agreement.largest = LargestOf(expected);
  const auto whole = [&]() -> absl::StatusOr<std::optional<Difference>> {
    ASSIGN_OR_RETURN(auto output, model.Run(method, aligned.data));
    return Compare(output, expected, agreement);
  };
  if (model.takes_all_rows(method)) return whole();
  Difference all;
  for (size_t begin = 0; begin < input.rows();) {
    const size_t end = std::min(input.rows(), begin + pace.rows());
    std::vector<Column> columns;
    const Output part = Part(expected, begin * each, end * each);
    PredictOptions options{.first_row = begin};
    // Few images have many patches: no more are made than are stored.
    if (images) options.memory = kSpare + BytesOf(part) + (end - begin) * Cols(aligned.data) * sizeof(double);
    const absl::StatusOr<Output> output = model.Run(method, Slice(aligned.data, begin, end, columns), options);
    if (!output.ok() && options.memory < limits.memory && GetRejection(output.status())->code == "limit.memory")
      return std::nullopt;
    // Rows of gaps alone, to an IterativeImputer.
    if (!output.ok() && begin > 0 && GetRejection(output.status())->code == "input.batch") return whole();
    RETURN_IF_ERROR(output.status());
    const auto difference = Compare(*output, part, agreement);
    if (!difference) return std::nullopt;
    all.Append(*difference, begin * each);
    pace.Took(end - begin, BytesOf(*output));
    begin = end;
  }
  return all;
}

struct Checked {
  uint64_t rows = 0;
  Report::GoldenMethod method;
  std::optional<Rejection> refused;
};

Checked CheckOne(const Model& model, const GoldenSamples& sample, const Limits& limits) {
  Checked checked;
  checked.method.name = Escape(sample.method, 40);
  auto wrong = [&](std::string message) {
    checked.refused = Refused(Reason::kInvalid, "golden.input", sample, std::move(message));
    return checked;
  };
  // A limit is no fault of the samples, and is told by its own name.
  auto unreadable = [&](const char* what, const absl::Status& status) {
    wrong(absl::StrCat(what, status.message()));
    if (const auto why = GetRejection(status); why && why->reason == Reason::kLimit) {
      checked.refused->reason = why->reason;
      checked.refused->code = why->code;
      checked.refused->help = why->help;
    }
    return checked;
  };
  auto method = MethodByName(sample.method);
  if (!method) return wrong("there is no such method");
  const Agreement agreement = AgreementOf(model, *method);
  checked.method.contract = agreement.text();
  auto input = ReadTable(Bytes(sample.input), limits, {.rows = model.rows_are(*method)});
  auto expected = ReadResult(sample.expected, limits);
  if (!input.ok()) return unreadable("input: ", input.status());
  if (!expected.ok()) return unreadable("expected: ", expected.status());
  checked.rows = input->rows();
  auto compared = CompareAll(model, *method, *input, *expected, agreement, limits);
  if (!compared.ok()) return unreadable("input: ", compared.status());
  const std::optional<Difference>& difference = *compared;
  if (!difference) return wrong("expected: its kind, shape or type is not that of the result");
  checked.method.max_abs = difference->max_abs;
  checked.method.labels_differ = difference->labels_differ;
  if (difference->within) return checked;
  checked.refused =
      Refused(Reason::kMismatch, "golden.mismatch", sample,
              absl::StrCat("the stored samples are not reproduced, first at row ", difference->worst_row));
  checked.refused->got =
      absl::StrCat("largest difference ", difference->max_abs, ", ", difference->labels_differ, " labels");
  checked.refused->expected = absl::StrCat("agreement: ", agreement.text());
  return checked;
}

}  // namespace

absl::StatusOr<Output> RunOnTable(const Model& model, Method method, const Table& table) {
  ASSIGN_OR_RETURN(auto aligned, Align(table, model.feature_names()));
  absl::StatusOr<Output> output = model.Run(method, aligned.data, table.first_row());
  if (!output.ok()) return SayColumns(output.status(), table);
  return output;
}

GoldenResult CheckGolden(const Model& model, const Limits& limits) {
  GoldenResult result;
  for (const GoldenSamples& sample : model.validated().audited().file().golden()) {
    Checked checked = CheckOne(model, sample, limits);
    result.golden.origin = sample.origin;
    result.golden.rows = checked.rows;
    result.golden.methods.push_back(std::move(checked.method));
    if (checked.refused) {
      result.refused = std::move(checked.refused);
      return result;
    }
  }
  return result;
}

}  // namespace pratique

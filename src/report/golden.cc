#include "report/golden.h"

#include "absl/strings/str_cat.h"
#include "data/reader.h"
#include "data/result_document.h"
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

struct Checked {
  uint64_t rows = 0;
  Report::GoldenMethod method;
  std::optional<Rejection> refused;
};

Checked CheckOne(const Model& model, const GoldenSamples& sample, const Limits& limits) {
  Checked checked;
  checked.method.name = Escape(sample.method, 40);
  auto unreadable = [&](std::string message) {
    checked.refused = Refused(Reason::kInvalid, "golden.input", sample, std::move(message));
    return checked;
  };
  auto method = MethodByName(sample.method);
  if (!method) return unreadable("there is no such method");
  const Agreement agreement = AgreementOf(model, *method);
  checked.method.contract = agreement.text();
  auto input = ReadTable(Bytes(sample.input), limits);
  auto expected = ReadResult(sample.expected, limits);
  if (!input.ok()) return unreadable(absl::StrCat("input: ", input.status().message()));
  if (!expected.ok()) return unreadable(absl::StrCat("expected: ", expected.status().message()));
  checked.rows = input->rows();
  auto output = RunOnTable(model, *method, *input);
  if (!output.ok()) return unreadable(absl::StrCat("input: ", output.status().message()));
  auto difference = Compare(*output, *expected, agreement);
  if (!difference) return unreadable("expected: its kind, shape or type is not that of the result");
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
  return model.Run(method, aligned.data, table.first_row());
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

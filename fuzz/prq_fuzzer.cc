// A .prq is refused with a reason or predicts: stage by stage as at once, twice the same, each row as in its batch; and
// what is accepted has one form. The mutator keeps digests right and the form canonical (prq_mutator.h).
#include <algorithm>
#include <cstring>
#include <functional>

#include "container/storage.h"
#include "fuzz/property.h"
#include "fuzz/prq_mutator.h"

namespace pratique::fuzz {
namespace {

absl::StatusOr<Model> InStages(std::span<const std::byte> bytes, const Policy& policy) {
  absl::StatusOr<File> file = Open(bytes, policy.limits);
  if (!file.ok()) return file.status();
  absl::StatusOr<Audited> audited = Audit(*std::move(file), policy, ProgramTypes());
  if (!audited.ok()) return audited.status();
  absl::StatusOr<Validated> validated = Validate(*std::move(audited));
  if (!validated.ok()) return validated.status();
  return Build(*std::move(validated));
}

// The bytes of dense numbers; of other results nothing is compared here.
std::string_view Numbers(const absl::StatusOr<Output>& out, size_t row, size_t rows) {
  if (!out.ok() || out->csr || out->arrays.size() != 1 || out->arrays[0].dtype() != DType::kFloat64) return {};
  const std::span<const double> values = out->arrays[0].values<double>();
  const size_t width = values.size() / std::max<size_t>(out->arrays[0].rows(), 1);
  return {reinterpret_cast<const char*>(values.data() + row * width), rows * width * sizeof(double)};
}

// Predicting again gives the same bits; so does a row by itself.
void RequireDeterministic(const Model& model) {
  constexpr size_t kRows = 3;
  const size_t cols = model.n_features();
  if (cols == 0 || cols > 4096) return;
  std::vector<double> values(kRows * cols);
  for (size_t k = 0; k < values.size(); ++k) values[k] = 0.25 * static_cast<double>(k % 7) - 0.5;
  const std::span<const double> X(values);
  for (size_t m = 0; m < kMethods; ++m) {
    const auto method = static_cast<Method>(m);
    const auto once = model.Run(method, Dense(X, kRows, cols)), twice = model.Run(method, Dense(X, kRows, cols));
    Require(once.ok() == twice.ok(), "the same rows are answered twice, or never");
    Require(Numbers(once, 0, kRows) == Numbers(twice, 0, kRows), "the same rows have the same answer");
    for (size_t row = 0; row < kRows && method != Method::kPredictCov; ++row) {
      const auto alone = model.Run(method, Dense(X.subspan(row * cols, cols), 1, cols));
      if (!once.ok() || !alone.ok()) continue;  // what one row lacks, another may have
      Require(Numbers(alone, 0, 1) == Numbers(once, row, 1), "a row has the same answer by itself");
    }
  }
}

// Is anything in it compressed?
bool IsPacked(const File& file) {
  const std::span<const std::byte> bytes = file.storage().bytes;
  const auto is_stored = [&](std::string_view part) {
    const auto* begin = reinterpret_cast<const std::byte*>(part.data());
    return part.empty() || (!std::less<>()(begin, bytes.data()) && std::less<>()(begin, bytes.data() + bytes.size()));
  };
  return std::ranges::any_of(file.objects(), [](const ObjectRecord& o) { return o.compressed; }) ||
         !std::ranges::all_of(file.golden(),
                              [&](const GoldenSamples& g) { return is_stored(g.input) && is_stored(g.expected); });
}

// Compressed, the same content.
void RequirePacked(FileToWrite parts, const File& opened, const Policy& policy) {
  parts.compress = true;
  const std::string packed = WriteFile(parts).value();
  const auto file = Open(std::as_bytes(std::span(packed)), policy.limits);
  Require(file.ok(), "an accepted file can be compressed");
  const auto content = file->ContentDigest(), before = opened.ContentDigest();
  Require(content.ok() && before.ok() && *content == *before, "compression changes no content");
}

}  // namespace
}  // namespace pratique::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  const auto bytes = std::as_bytes(std::span(data, size));
  Policy policy;
  policy.limits = fuzz::SmallLimits();
  const absl::StatusOr<Model> staged = fuzz::InStages(bytes, policy);
  if (staged.ok())
    fuzz::RequireTotal(*staged);
  else
    fuzz::RequireRejection(staged.status());
  if (size < 12 || std::memcmp(data + 8, "PRTQ", 4) != 0) return 0;  // LoadBytes takes other formats, too
  const absl::StatusOr<Model> model = LoadBytes(bytes, policy, {}, ProgramTypes());
  fuzz::Require(model.ok() == staged.ok(), "the stages accept what Load loads, and nothing else");
  if (!model.ok()) {
    // What Python would act on is judged as a pickle, though it may be a broken .prq, too.
    fuzz::Require(GetRejection(model.status())->code == GetRejection(staged.status())->code ||
                      ScanBytes(bytes, "", policy, ProgramTypes()).format != "prq",
                  "for the same reason");
    return 0;
  }
  fuzz::RequireDeterministic(*model);
  const absl::StatusOr<FileToWrite> parts = Unpack(model->validated().audited().file());
  fuzz::Require(parts.ok(), "an accepted file is taken apart");
  const File &opened = model->validated().audited().file(), &first = staged->validated().audited().file();
  fuzz::Require(opened.size() == size && opened.identity() == first.identity() && opened.sha256() == first.sha256(),
                "two loads are of one file");
  fuzz::RequirePacked(*parts, opened, policy);
  if (fuzz::IsPacked(opened)) return 0;  // zstd has many
  const std::string again = WriteFile(*parts).value();
  fuzz::Require(std::ranges::equal(std::as_bytes(std::span(again)), bytes), "an accepted file has one form only");
  return 0;
}

#ifdef PRATIQUE_LIBFUZZER
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);

namespace {

std::string MutateBytes(std::string bytes, size_t most) {
  const size_t size = bytes.size();
  bytes.resize(std::max(size, std::min(most, size + 64)));
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(bytes.data()), std::min(size, bytes.size()), bytes.size()));
  return bytes;
}

size_t Write(const std::string& made, uint8_t* data, size_t most) {
  const size_t size = std::min(made.size(), most);
  std::memcpy(data, made.data(), size);
  return size;
}

std::string Text(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed) {
  pratique::fuzz::PrqMutator mutator(seed, MutateBytes);
  return Write(mutator.Mutate(Text(data, size), "", most).prq, data, most);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size,
                                            uint8_t* out, size_t most, unsigned seed) {
  pratique::fuzz::PrqMutator mutator(seed, MutateBytes);
  return Write(mutator.Mutate(Text(a, a_size), Text(b, b_size), most).prq, out, most);
}
#endif

#include "policy/limit_fields.h"

#include <limits>

namespace pratique {
namespace {

template <auto kMember>
constexpr LimitField Field(std::string_view name) {
  using T = std::remove_reference_t<decltype(std::declval<Limits&>().*kMember)>;
  return {name, std::numeric_limits<T>::max(),
          [](const Limits& limits) { return static_cast<uint64_t>(limits.*kMember); },
          [](Limits& limits, uint64_t value) { limits.*kMember = static_cast<T>(value); }};
}

constexpr LimitField kFields[] = {
    Field<&Limits::file_bytes>("file_bytes"),
    Field<&Limits::inflated_bytes>("inflated_bytes"),
    Field<&Limits::inflate_ratio>("inflate_ratio"),
    Field<&Limits::zstd_window_log>("zstd_window_log"),
    Field<&Limits::objects>("objects"),
    Field<&Limits::depth>("depth"),
    Field<&Limits::tables>("tables"),
    Field<&Limits::values>("values"),
    Field<&Limits::memory>("memory"),
    Field<&Limits::output_columns>("output_columns"),
    Field<&Limits::rows>("rows"),
};

// A field added to Limits must get a row above: the struct is these fields and nothing else.
struct SameFields {
  uint64_t a, b, c;
  uint32_t d, e, f, g;
  uint64_t h, i, j, k;
};
static_assert(sizeof(Limits) == sizeof(SameFields) && std::size(kFields) == 11);

}  // namespace

std::span<const LimitField> LimitFields() { return kFields; }

const std::vector<std::string>& AllFormats() {
  static const std::vector<std::string> formats = {"prq",      "pickle",       "joblib",     "skops",
                                                   "lightgbm", "xgboost_json", "xgboost_ubj"};
  return formats;
}

}  // namespace pratique

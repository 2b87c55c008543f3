// Distinct values of one dtype: classes_ and categories_.
#pragma once

#include <optional>
#include <string_view>

#include "state/bind.h"
#include "state/violation.h"
#include "values_generated.h"

namespace pratique {

struct Values {
  using Schema = fb::Values;
  BOOST_HANA_DEFINE_STRUCT(Values, (fb::DType, dtype), (fb::Missing, missing), (Array<int64_t>, ints),
                           (Array<double>, floats), (Strings, strings));

  size_t size() const {  // without the missing ones
    return dtype == fb::DType::String ? strings.size() : IsFloat() ? floats.size() : ints.size();
  }
  size_t n_missing() const { return missing == fb::Missing::No ? 0 : missing == fb::Missing::NoneAndNaN ? 2 : 1; }
  bool IsFloat() const { return dtype == fb::DType::Float64 || dtype == fb::DType::Float32; }
  // Exactly the one list that `dtype` names is present; integers are in the dtype's range; bools are 0 or 1.
  std::optional<Violation> Invariant(std::string_view field) const;
  bool operator==(const Values& other) const;
};

}  // namespace pratique

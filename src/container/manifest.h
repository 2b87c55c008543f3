// The manifest as a struct of views.
#pragma once

#include "manifest_generated.h"
#include "state/bind.h"

namespace pratique::manifest {

inline constexpr uint32_t kFormatVersion = 2;  // 1 was never released

// A binding's Schema is the generated table; see state/bind.h.
struct Object {
  using Schema = fb::Object;
  BOOST_HANA_DEFINE_STRUCT(Object, (std::string_view, type), (std::string_view, role), (uint32_t, owner),
                           (Array<fb::Segment>, segment), (std::string_view, params));
};
struct Golden {
  using Schema = fb::Golden;
  BOOST_HANA_DEFINE_STRUCT(Golden, (std::string_view, method), (std::string_view, origin), (Array<fb::Segment>, input),
                           (Array<fb::Segment>, expected));
};
struct Manifest {
  using Schema = fb::Manifest;
  BOOST_HANA_DEFINE_STRUCT(Manifest, (uint32_t, format_version), (Array<Object>, objects), (std::string_view, metadata),
                           (std::string_view, written_by), (Array<Golden>, golden));
};

}  // namespace pratique::manifest

// The closed table of skops' kinds of nodes.
#pragma once

#include <string_view>

#include "import/skops/reader.h"

namespace pratique::skops {

struct Loaders {
  struct Row {
    std::string_view name;
    std::string_view types;  // module.class, any of these words; empty: any
    std::string_view keys;   // besides the common four; ? may be absent
    Id (Reader::*read)(const Reader::Record&);
  };
  static const Row* Find(std::string_view name);
};

}  // namespace pratique::skops

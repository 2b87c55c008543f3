// _n_threads of KMeans and BisectingKMeans, which their predict hands to OpenMP: no result follows from it, but without
// an integer above 0 there is none.
#pragma once

#include <cstdint>

#include "import/sklearn/import_context.h"

namespace pratique {

inline absl::Status CheckThreads(ImportContext& context) {
  const auto threads = context.Int(context.Take("_n_threads"), "_n_threads");
  if (threads.ok() && *threads >= 1 && *threads <= INT32_MAX) return absl::OkStatus();
  return context.Unsupported("_n_threads", "no integer above 0, or one that is no C int", "fit makes it one.");
}

}  // namespace pratique

// Any bytes are a table of input rows (.npy, .npz, .csv, .jsonl, told by content), or are refused with a reason.
#include "data/reader.h"
#include "fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  for (const RowsAre rows : {RowsAre::kFeatures, RowsAre::kLabels, RowsAre::kRecords, RowsAre::kImages}) {
    const auto table = ReadTable(std::as_bytes(std::span(data, size)), fuzz::SmallLimits(), {.rows = rows});
    if (!table.ok())
      fuzz::RequireRejection(table.status());
    else
      fuzz::Require(Rows(table->view()) == table->rows(), "a table's view has its rows");
  }
  return 0;
}

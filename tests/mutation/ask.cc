// pratique_ask: reads lines of MODEL, METHOD, INPUT and OUTPUT with a tab between them and does for each what `pratique
// predict` does (where a fifth field follows, also to documents and records), in one process: .npy is tried first, then
// .npz and .jsonl. Answers each with a line: "ok" and the file, "has no" for a method that the model does not have, or
// "refused" with the code and the message.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/chunks.h"
#include "data/writer.h"
#include "pratique/load.h"
#include "pratique/rejection.h"
#include "status_macros.h"

namespace pratique {
namespace {

absl::Status WriteAs(const std::string& path, const Model& model, Method method, const std::vector<Output>& outputs) {
  ASSIGN_OR_RETURN(OutputFormat format, Writer::FormatOf(path));
  ASSIGN_OR_RETURN(auto writer, Writer::Open(path, format, {.text_width = cli::TextWidth(model, method)}));
  for (const Output& output : outputs) RETURN_IF_ERROR(writer->Append(output));
  return writer->Finish();
}

absl::StatusOr<std::string> Answer(const Model& model, Method method, const std::string& input,
                                   const std::string& output, RowsAre rows) {
  std::vector<Output> outputs;
  RETURN_IF_ERROR(cli::ForEachChunk(input, {}, {cli::kRowsPerThread},
                                    [&](const Table& table) -> absl::StatusOr<uint64_t> {
                                      ASSIGN_OR_RETURN(Output part, cli::RunRows(model, method, table, 1));
                                      outputs.push_back(std::move(part));
                                      return 0;
                                    },
                                    {.rows = rows}));
  absl::Status status;
  for (const char* ending : {".npy", ".npz", ".jsonl"}) {
    const std::string path = absl::StrCat(output, ending);
    status = WriteAs(path, model, method, outputs);
    if (status.ok()) return path;
  }
  return status;
}

// The answer to one line; `model` is that of `loaded`, kept for the lines that follow.
std::string Line(const std::vector<std::string>& fields, std::string& loaded, absl::StatusOr<Model>& model) {
  if (loaded != fields[0]) model = Load(fields[0]);
  loaded = fields[0];
  const auto refused = [](const absl::Status& status) {
    const std::optional<Rejection> why = GetRejection(status);
    return absl::StrCat("refused ", why ? why->code : "", " ", Escape(std::string(status.message()), 300));
  };
  if (!model.ok()) return refused(model.status());
  const std::optional<Method> method = MethodByName(fields[1]);
  if (!method || !model->Has(*method)) return "has no";
  const absl::StatusOr<std::string> path =
      Answer(*model, *method, fields[2], fields[3], fields.size() == 5 ? model->rows_are(*method) : RowsAre::kFeatures);
  return path.ok() ? absl::StrCat("ok ", *path) : refused(path.status());
}

}  // namespace
}  // namespace pratique

int main() {
  std::string line, loaded;
  absl::StatusOr<pratique::Model> model = absl::UnknownError("none yet");
  while (std::getline(std::cin, line)) {
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    if (fields.size() < 4 || fields.size() > 5) return 2;
    std::puts(pratique::Line(fields, loaded, model).c_str());
    std::fflush(stdout);
  }
}

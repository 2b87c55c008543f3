// Two printers of one struct: a Report as text and as JSON.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "pratique/load.h"
#include "pratique/report.h"

namespace pratique {

// A file's name as it is shown: escaped, and a backslash twice, so that two names are never one.
std::string ShownPath(std::string_view path);

// "pratique 0.1.0".
std::string ToolName();

// One line of JSON (without the newline): keys as README documents them, always all, but for those that are optional.
std::string ReportJson(const Report& report);

// What a person reads: one line for an accepted file, more for a finding. `full` adds digests, types, versions, golden
// samples and what was dropped.
std::string ReportText(const Report& report, bool full);

// The finding as text: path, message, got and expected, code, help.
std::string FindingText(const Rejection& finding);

// What set_output asked for: [{path, transform}], and as a line each.
nlohmann::ordered_json SetOutputJson(const std::vector<Imported::Frames>& set_output);
std::string SetOutputText(const Imported::Frames& frames);

// Counts over a run, and its exit code.
class Summary {
 public:
  void Add(Verdict verdict, Reason reason, uint64_t size);
  // 1: one was rejected. 2: one was not checked, or there was nothing to check. 0: all were accepted.
  int ExitCode() const;
  std::string Json() const;  // the end record, one line
  std::string Text() const;  // "3 files: 2 accepted, 1 rejected (1 dangerous)"
  uint64_t files() const;

 private:
  std::map<Verdict, uint64_t> counts_;
  std::map<Reason, uint64_t> reasons_;
  uint64_t bytes_ = 0;
};

// SARIF 2.1.0 of the findings of a run. A result is made where the report is (SarifResults: "" or JSON objects joined
// by commas), and the log from all of them.
std::string SarifResults(const Report& report);
std::string SarifLog(std::string_view results);

}  // namespace pratique

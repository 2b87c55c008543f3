// Why a file was not accepted: a typed payload carried by absl::Status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace [[gnu::visibility("default")]] pratique {

// The stage that refused. kNone: the bytes never reached a stage (I/O, import of a foreign format).
enum class Stage : uint8_t { kNone, kContainer, kAudit, kValidate, kGolden };

// The closed list of reasons (README, "Verdicts"). kAccepted and kNotAModel are not refusals; they are here so that a
// report has one field.
enum class Reason : uint8_t {
  kNone,         // accepted
  kDangerous,    // names a known means of attack
  kUnknownCall,  // an unregistered global is called
  kMalformed,    // recognised, but broken or truncated
  kInvalid,      // a rule on the content fails
  kDenied,       // the policy says no
  kLimit,        // a budget is exceeded
  kMismatch,     // digest, signature or golden samples
  kUnsupported,  // a class, attribute, version or format that pratique does not know
  kIo,           // could not be read
  kInternal,     // a bug of pratique
};

enum class Verdict : uint8_t { kAccepted, kRejected, kUnchecked, kNotAModel };

// kDangerous..kMismatch -> kRejected; kUnsupported, kIo, kInternal -> kUnchecked; kNone -> kAccepted.
Verdict VerdictOf(Reason reason);

std::string_view Name(Stage stage);      // "container", ...
std::string_view Name(Reason reason);    // "unknown_call", ...; "" for kNone
std::string_view Name(Verdict verdict);  // "accepted", "rejected", "unchecked", "not_a_model"

// One refusal. Text fields that come from a file are already escaped and cut.
struct Rejection {
  Stage stage = Stage::kNone;
  Reason reason = Reason::kInternal;
  std::string code;                // stable slug, documented by `pratique explain CODE`
  std::string path;                // "model.steps[1] RandomForestClassifier.nodes[203].left"; may be empty
  std::optional<uint64_t> offset;  // byte offset in the (decompressed) file
  std::string rule;                // the schema rule or invariant that failed
  std::string got;
  std::string expected;
  std::string message;  // one sentence: what is wrong, with the numbers
  std::string help;     // what the user can do
};

// The status of a rejection: its code follows from the reason (InvalidArgument, ResourceExhausted, PermissionDenied,
// Unimplemented, NotFound, Internal); its message is "<stage>: <path>: <message>"; the whole Rejection is its payload.
absl::Status ToStatus(const Rejection& rejection);

// The rejection that a status carries. nullopt for OK; a status that pratique did not make becomes reason kInternal
// (or kIo for NotFound, PermissionDenied of the file system).
std::optional<Rejection> GetRejection(const absl::Status& status);

// For text that comes from a file: control characters and invalid UTF-8 become \xNN, cut after max_chars with "...".
std::string Escape(std::string_view text, size_t max_chars = 200);

}  // namespace pratique

#include "import/pickle/pickle.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "archive/also_is.h"
#include "archive/inflate.h"
#include "import/pickle/machine.h"
#include "import/pickle/opcodes.h"
#include "import/pickle/trace.h"
#include "import/value/calls.h"
#include "import/value/context.h"
#include "import/value/keys.h"
#include "import/value/names.h"
#include "import/value/reader.h"
#include "status_macros.h"

namespace pratique::pickle {
namespace {

using Bytes = std::span<const std::byte>;

// How much of a broken stream is looked at.
constexpr size_t kBroken = size_t{16} << 20;

// Where in a stream its pickle ends, and where the bytes of joblib's first array begin; 0: nowhere.
struct Places {
  size_t end = 0, first_array = 0;
};

// The graph of the pickle that a stream begins with; the graph keeps what was read before a refusal.
std::optional<Rejection> ReadStream(Bytes stream, const Limits& limits, graph::Graph& graph, Places& places,
                                    const joblib::SideFiles* side_files = nullptr) {
  graph.stream_bytes = stream.size();
  Context context(graph, limits, stream.size());
  context.side_files = side_files;
  Reader reader(stream);
  Machine machine(context, reader, Machine::Role::kOuter);
  graph.root = machine.Run();
  if (graph.root != kNoId && !UnifyKeys(context)) graph.root = kNoId;
  graph.protocol = machine.protocol();
  graph.wrapper = machine.saw_wrapper() ? "joblib" : "pickle";
  places = {graph.root == kNoId ? 0 : reader.position(), machine.first_array()};
  return context.failure();
}

// A file as the stream that it holds, and who owns that: nobody when the file itself does.
struct Stream {
  Bytes bytes;
  std::shared_ptr<codec::Buffer> owner;
};

absl::StatusOr<Stream> OpenStream(Bytes file, codec::Codec codec, const Limits& limits) {
  if (codec == codec::Codec::kNone) return Stream{file, nullptr};
  ASSIGN_OR_RETURN(auto inflated, codec::Inflate(codec, file, limits));
  auto owner = std::make_shared<codec::Buffer>(std::move(inflated));
  const Bytes bytes = owner->view();
  return Stream{bytes, std::move(owner)};
}

// PROTO with a known number, then an opcode that this protocol has.
bool BeginsWithProtocol(Bytes stream) {
  if (stream.size() < 3 || stream[0] != std::byte{0x80}) return false;
  const auto protocol = std::max<uint8_t>(static_cast<uint8_t>(stream[1]), 1);
  const Opcodes::Entry& next = Opcodes::Of(static_cast<uint8_t>(stream[2]));
  return protocol <= 5 && !next.name.empty() && next.first_protocol <= protocol && next.last_protocol >= protocol;
}

bool IsAttack(const Rejection& why) { return why.reason == Reason::kDangerous || why.reason == Reason::kUnknownCall; }

Rejection Refused(Reason reason, std::string code, const Traced::Named& named, std::string_view why, std::string help) {
  std::string name = Escape(named.module) + "." + Escape(named.name);
  return {.stage = Stage::kContainer,
          .reason = reason,
          .code = std::move(code),
          .offset = named.offset,
          .got = name,
          .message = "the file names " + name + ", " + std::string(why),
          .help = std::move(help)};
}

bool IsPlainText(Bytes stream) {
  return std::ranges::all_of(stream, [](std::byte b) {
    return b >= std::byte{' '} || b == std::byte{'\n'} || b == std::byte{'\r'} || b == std::byte{'\t'};
  });
}

// The machine ended at `why`, where Python may go on: what it would then do outweighs it.
Rejection Outweighed(Rejection why, Bytes stream) {
  if (IsAttack(why) || why.reason == Reason::kLimit) return why;
  const Traced traced = Trace(stream, /*whole=*/true);
  if (traced.worst && traced.worst->reason == Reason::kDangerous) return *traced.worst;
  for (const Traced::Named& named : traced.names) {
    // What is on the list of calls is refused where it is called otherwise; the stream may have broken off before.
    const bool listed = FindCall(named.module, named.name) != nullptr;
    if (!named.called && !listed && IsDangerous(named.module, named.name))
      return Refused(Reason::kDangerous, "type.dangerous", named, "a known means of attack",
                     "Do not load this file in Python.");
  }
  if (traced.worst) return *traced.worst;
  const bool called = std::ranges::any_of(traced.names, &Traced::Named::called);
  if (why.reason != Reason::kMalformed || traced.names.empty() || called || !IsPlainText(stream)) return why;
  return Refused(Reason::kUnsupported, "type.unknown", traced.names[0],
                 "which Python would import to read it as a pickle",
                 "If it is text that only happens to begin so, leave it out, or put another line in front.");
}

// joblib reads past an array, where pickle.load takes its bytes for opcodes: then nothing else may come of them.
std::optional<Rejection> ReadAsPlainPickle(const graph::Graph& graph, Bytes stream, size_t first_array) {
  // joblib from 1.2 on begins with a padding of 1 to 16, which is no opcode.
  if (first_array == 0 || Opcodes::Of(static_cast<uint8_t>(stream[first_array])).name.empty()) return std::nullopt;
  const Traced traced = Trace(stream, /*whole=*/true);
  if (traced.worst) return traced.worst;
  std::set<std::pair<std::string_view, std::string_view>> known;
  for (const auto& global : graph.globals) known.emplace(global.module, global.name);
  for (const Traced::Named& named : traced.names) {
    if (!known.contains({named.module, named.name}))
      return Refused(Reason::kMalformed, "joblib.array", named,
                     "but only to a reader that takes an array's bytes for a pickle",
                     "Do not load this file in Python.");
  }
  return std::nullopt;
}

// A stream that breaks off or is followed by something: Python reads what comes before that.
absl::Status Broken(Bytes file, codec::Codec codec, const absl::Status& status) {
  const auto why = GetRejection(status);
  if (why->reason != Reason::kMalformed) return status;
  Rejection worst = *why;
  for (const auto tail : {codec::BrokenTail::kCounts, codec::BrokenTail::kLeftOut}) {
    const codec::Buffer head = codec::InflateHead(codec, file, kBroken, tail);
    worst = Outweighed(std::move(worst), head.view());
  }
  return ToStatus(worst);
}

}  // namespace

absl::StatusOr<graph::Graph> Read(Bytes file, const Limits& limits, const joblib::SideFiles* side_files) {
  const codec::Codec codec = codec::Detect(file);
  const auto stream = OpenStream(file, codec, limits);
  if (!stream.ok()) return Broken(file, codec, stream.status());
  graph::Graph graph;
  graph.stream = stream->owner;
  Places places;
  const auto failure = ReadStream(stream->bytes, limits, graph, places, side_files);
  const size_t left = stream->bytes.size() - places.end;
  if (failure) return ToStatus(left > 0 ? Outweighed(*failure, stream->bytes) : *failure);
  if (left > 0) {
    Rejection why{.stage = Stage::kContainer,
                  .reason = Reason::kMalformed,
                  .code = "pickle.trailing",
                  .offset = places.end,
                  .message = std::to_string(left) + " bytes follow the end of the pickle",
                  .help = "A second content can hide behind a first one; save the model again."};
    return ToStatus(Outweighed(std::move(why), stream->bytes));
  }
  if (const auto why = ReadAsPlainPickle(graph, stream->bytes, places.first_array)) return ToStatus(*why);
  if (const auto also = stream->owner ? AlsoIs(stream->bytes) : ""; !also.empty()) return Polyglot("the stream", also);
  if (codec != codec::Codec::kNone) graph.wrapper += "+" + std::string(codec::Name(codec));
  return graph;
}

std::optional<Rejection> FindRefusal(Bytes file, const Limits& limits, int most) {
  const codec::Codec codec = codec::Detect(file);
  const auto stream = OpenStream(file, codec, limits);
  if (!stream.ok()) return GetRejection(Broken(file, codec, stream.status()));
  std::optional<Rejection> first;
  Bytes rest = stream->bytes;
  for (int i = 0; i < most && !rest.empty(); ++i) {
    graph::Graph graph;
    Places places;
    auto failure = ReadStream(rest, limits, graph, places);
    const bool attack = failure && IsAttack(*failure);
    if (failure && failure->offset) *failure->offset += stream->bytes.size() - rest.size();
    if (attack || (failure && !first)) first = std::move(failure);
    if (attack) return first;
    rest = rest.subspan(places.end);
    if (places.end == 0) break;
  }
  if (rest.empty()) return first;
  const Traced traced = Trace(stream->bytes, /*whole=*/true);
  return traced.worst ? traced.worst : first;
}

std::optional<bool> BeginsPickle(Bytes head, bool whole) {
  if (BeginsWithProtocol(head)) return true;
  const Traced traced = Trace(head, whole);
  if (traced.acts || traced.is_value) return true;
  return traced.cut ? std::nullopt : std::optional(false);
}

bool Acts(Bytes bytes) { return Trace(bytes, /*whole=*/true).acts; }

}  // namespace pratique::pickle

#include "import/pickle/pickle.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "archive/inflate.h"
#include "import/pickle/machine.h"
#include "import/pickle/opcodes.h"
#include "import/pickle/skim.h"
#include "import/value/context.h"
#include "import/value/keys.h"
#include "import/value/reader.h"
#include "status_macros.h"

namespace pratique::pickle {
namespace {

using Bytes = std::span<const std::byte>;

// How much of a compressed file is inflated to tell what is inside; more when a first look does not settle it.
constexpr size_t kHeads[] = {size_t{4} << 10, size_t{16} << 20};

// The graph of the pickle that a stream begins with; the graph keeps what was read before a refusal. `length` becomes
// the pickle's own: 0 when its end was not found.
std::optional<Rejection> ReadStream(Bytes stream, const Limits& limits, graph::Graph& graph, size_t& length,
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
  length = graph.root == kNoId ? 0 : reader.position();
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

}  // namespace

absl::StatusOr<graph::Graph> Read(Bytes file, const Limits& limits, const joblib::SideFiles* side_files) {
  const codec::Codec codec = codec::Detect(file);
  ASSIGN_OR_RETURN(const auto stream, OpenStream(file, codec, limits));
  graph::Graph graph;
  graph.stream = stream.owner;
  size_t length = 0;
  if (const auto failure = ReadStream(stream.bytes, limits, graph, length, side_files)) return ToStatus(*failure);
  if (const size_t left = stream.bytes.size() - length; left > 0) {
    return ToStatus({.stage = Stage::kContainer,
                     .reason = Reason::kMalformed,
                     .code = "pickle.trailing",
                     .offset = length,
                     .message = std::to_string(left) + " bytes follow the end of the pickle",
                     .help = "A second content can hide behind a first one; save the model again."});
  }
  if (codec != codec::Codec::kNone) graph.wrapper += "+" + std::string(codec::Name(codec));
  return graph;
}

std::optional<Rejection> FindRefusal(Bytes file, const Limits& limits, int most) {
  const auto stream = OpenStream(file, codec::Detect(file), limits);
  if (!stream.ok()) return GetRejection(stream.status());
  std::optional<Rejection> first;
  Bytes rest = stream->bytes;
  for (int i = 0; i < most && !rest.empty(); ++i) {
    graph::Graph graph;
    size_t length = 0;
    auto failure = ReadStream(rest, limits, graph, length);
    const bool attack = failure && (failure->reason == Reason::kDangerous || failure->reason == Reason::kUnknownCall);
    if (failure && failure->offset) *failure->offset += stream->bytes.size() - rest.size();
    if (attack || (failure && !first)) first = std::move(failure);
    if (attack || length == 0) break;
    rest = rest.subspan(length);
  }
  return first;
}

bool LooksLikePickle(Bytes file) {
  const codec::Codec codec = codec::Detect(file);
  if (codec == codec::Codec::kNone) return BeginsWithProtocol(file) || Skim(file) == Skimmed::kPickle;
  for (const size_t size : kHeads) {
    const codec::Buffer head = codec::InflateHead(codec, file, size);
    if (BeginsWithProtocol(head.view())) return true;
    const Skimmed skimmed = Skim(head.view());
    if (skimmed != Skimmed::kCut) return skimmed == Skimmed::kPickle;
    if (head.size < size) return false;
  }
  return true;  // still undecided: for Read to say
}

}  // namespace pratique::pickle

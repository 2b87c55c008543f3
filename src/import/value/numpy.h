// numpy's pickled forms -> kDType and kArray nodes.
//
// Guarantees: an array's bytes are exactly shape x itemsize, its shape's product fits, its dtype is complete.
// Does NOT guarantee: alignment of the bytes, or any value in them (a bool can be 7, text can be no Unicode).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "import/value/context.h"

namespace pratique::pickle {

// numpy.dtype("f8", False, True): incomplete until BuildDType. kNoId on failure, as below.
Id MakeDType(Context& context, std::span<const Id> args, uint64_t offset);
// numpy.dtypes.StringDType(): not read.
Id MakeStringDType(Context& context, std::span<const Id> args, uint64_t offset);
// BUILD of a dtype: (3, order, subarray, names, fields, itemsize, alignment, flags) or (4, ..., metadata).
bool BuildDType(Context& context, Id dtype, Id state, uint64_t offset);

// _reconstruct(ndarray, (0,), b"b"): an empty array of int8 until BuildArray. Of a subclass: an inert object of it.
Id MakeReconstructed(Context& context, std::span<const Id> args, uint64_t offset);
// BUILD of an array: (1, shape, dtype, is_fortran, bytes or list).
bool BuildArray(Context& context, Id array, Id state, uint64_t offset);
Id AddEmpty(Context& context, uint64_t offset);
// The names numpy.ndarray and numpy.memmap, whose arrays are plain; and numpy.matrix, whose are not.
bool IsNdarray(const Node& node);
bool IsMemmap(const Node& node);
bool IsMatrix(const Node& node);
// Subclasses with an array's own state; and the array that it says.
bool IsArraySubclass(const Node& node);
Id BuildSubclass(Context& context, Id state, uint64_t offset);

// _frombuffer(buffer, dtype, shape, order).
Id MakeFromBuffer(Context& context, std::span<const Id> args, uint64_t offset);
// scalar(dtype, bytes).
Id MakeScalar(Context& context, std::span<const Id> args, uint64_t offset);

// The dtype of a complete kDType node; null, with a failure recorded, otherwise.
std::shared_ptr<const graph::DType> DTypeOf(Context& context, Id id, uint64_t offset);
// A tuple of at most 64 sizes whose product of nonzero ones fits; nullopt, with a failure recorded, otherwise.
std::optional<std::vector<uint64_t>> ShapeOf(Context& context, Id id, uint64_t offset);
// Whether the product of the nonzero sizes fits; false with a failure recorded.
bool ShapeFits(Context& context, std::span<const uint64_t> shape, uint64_t offset);
// Bytes of an array of this shape; nullopt, with a failure recorded, when they overflow.
std::optional<uint64_t> ByteSize(Context& context, const graph::DType& dtype, std::span<const uint64_t> shape,
                                 uint64_t offset);
// Number of elements. `shape` has passed ShapeOf.
uint64_t Elements(std::span<const uint64_t> shape);

// "f8", "U3", "V64", "O8": what numpy writes behind the byte order, no more. nullopt for any other text.
std::optional<graph::DType> ParseType(std::string_view text);
// An array of exactly these bytes, which must outlive the graph; its shape has passed ShapeFits. kNoId on failure.
Id AddArray(Context& context, std::shared_ptr<const graph::DType> dtype, std::vector<uint64_t> shape,
            std::string_view bytes, uint64_t offset);

// A bool or an int that stands for one; nullopt for anything else.
std::optional<bool> Truth(const Node& node);

// What numpy has and is not read (Context::Unread), and what to do about it.
inline constexpr char kSaveNumpyPlain[] = "Save the model again with plain numpy arrays.";
Id UnreadNumpy(Context& context, std::string code, uint64_t offset, std::string message);

// kBytes, or a Python 2 str as numpy reads it: Latin-1. nullopt, with a failure recorded, for anything else.
std::optional<std::string_view> BytesOf(Context& context, Id id, uint64_t offset, std::string_view what);

}  // namespace pratique::pickle

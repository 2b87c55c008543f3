// A stage is a type, and only its function makes it. What must not even compile is in compile_fail/.
#include <type_traits>

#include "pratique/pratique.h"

namespace pratique {
namespace {

template <class Stage>
constexpr bool IsSealed = !std::is_default_constructible_v<Stage> && !std::is_aggregate_v<Stage> &&
                          !std::is_trivially_copyable_v<Stage> &&  // bit_cast and memcpy would forge it
                          std::is_copy_constructible_v<Stage> && std::is_copy_assignable_v<Stage>;

static_assert(IsSealed<File> && IsSealed<Audited> && IsSealed<Validated> && IsSealed<Model>);

// No stage is made from bytes or from the stage before it; from anything else of this list neither.
template <class To, class... From>
constexpr bool IsMadeFromNone =
    (!std::is_constructible_v<To, From> && ...) && (!std::is_constructible_v<To, From, std::nullptr_t> && ...);

static_assert(IsMadeFromNone<File, std::span<const std::byte>, std::string, const void*, Audited, Validated, Model>);
static_assert(IsMadeFromNone<Audited, std::span<const std::byte>, std::string, const void*, File, Validated, Model>);
static_assert(IsMadeFromNone<Validated, std::span<const std::byte>, std::string, const void*, File, Audited, Model>);
static_assert(IsMadeFromNone<Model, std::span<const std::byte>, std::string, const void*, File, Audited, Validated>);

static_assert(std::is_invocable_r_v<absl::StatusOr<Audited>, decltype(&Audit), File, Policy, const Registry&>);
static_assert(!std::is_invocable_v<decltype(&Validate), File> && std::is_invocable_v<decltype(&Validate), Audited>);
static_assert(!std::is_invocable_v<decltype(&Build), File> && !std::is_invocable_v<decltype(&Build), Audited> &&
              std::is_invocable_v<decltype(&Build), Validated>);

}  // namespace
}  // namespace pratique

# Installs the library, its public headers, the packages that find_package(pratique) and pkg-config read, and the licence; the
# tool too.
include(CMakePackageConfigHelpers)
set(PRATIQUE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/pratique)
set(PRATIQUE_DATA_DIR ${CMAKE_INSTALL_DATADIR}/pratique)

install(TARGETS pratique EXPORT pratiqueTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/pratique DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN extend EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/schema/rules.fbs DESTINATION ${CMAKE_INSTALL_DATADIR}/pratique/schema)
install(EXPORT pratiqueTargets NAMESPACE pratique:: DESTINATION ${PRATIQUE_PACKAGE_DIR})
if(TARGET pratique_cli)
  install(TARGETS pratique_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# A shared library carries its private dependencies; a static one leaves them to whoever links it.
get_target_property(library_type pratique TYPE)
if(library_type STREQUAL "STATIC_LIBRARY")
  set(PRATIQUE_IS_STATIC ON)
else()
  set(PRATIQUE_IS_STATIC OFF)
endif()
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/pratiqueConfig.cmake.in
  ${PROJECT_BINARY_DIR}/pratiqueConfig.cmake INSTALL_DESTINATION ${PRATIQUE_PACKAGE_DIR}
  PATH_VARS PRATIQUE_DATA_DIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pratiqueConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pratiqueConfig.cmake ${PROJECT_BINARY_DIR}/pratiqueConfigVersion.cmake
  DESTINATION ${PRATIQUE_PACKAGE_DIR})

# The component `extend`: types of one's own, linked into one's own tool and fuzz targets. It calls what a shared library keeps to itself.
if(TARGET pratique_commands AND PRATIQUE_IS_STATIC)
  include(PratiqueExtendFiles)
  set(PRATIQUE_EXTEND_INCLUDE ${CMAKE_INSTALL_INCLUDEDIR}/pratique/extend)
  add_library(pratique_extend INTERFACE)
  target_include_directories(pratique_extend INTERFACE $<INSTALL_INTERFACE:${PRATIQUE_EXTEND_INCLUDE}>)
  target_compile_options(pratique_extend INTERFACE -ffp-contract=off)  # as the library's own types
  target_link_libraries(pratique_extend INTERFACE pratique absl::strings flatbuffers $<INSTALL_INTERFACE:Boost::headers>)
  set_target_properties(pratique_extend PROPERTIES EXPORT_NAME extend)
  set_target_properties(pratique_commands PROPERTIES EXPORT_NAME commands)
  install(TARGETS pratique_extend pratique_commands EXPORT pratiqueExtendTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT extend)
  install(EXPORT pratiqueExtendTargets NAMESPACE pratique:: DESTINATION ${PRATIQUE_PACKAGE_DIR} COMPONENT extend)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/pratique/extend DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/pratique COMPONENT extend)
  foreach(header IN LISTS PRATIQUE_EXTEND_HEADERS)
    string(REGEX REPLACE "^src/" "" path ${header})
    get_filename_component(folder ${path} DIRECTORY)
    install(FILES ${PROJECT_SOURCE_DIR}/${header} DESTINATION ${PRATIQUE_EXTEND_INCLUDE}/${folder} COMPONENT extend)
  endforeach()
  install(FILES ${PRATIQUE_GENERATED_DIR}/rules_generated.h ${PRATIQUE_GENERATED_DIR}/values_generated.h
    DESTINATION ${PRATIQUE_EXTEND_INCLUDE} COMPONENT extend)
  foreach(source IN LISTS PRATIQUE_EXTEND_SOURCES)
    install(FILES ${PROJECT_SOURCE_DIR}/${source} DESTINATION ${CMAKE_INSTALL_DATADIR}/pratique/extend COMPONENT extend)
  endforeach()
  install(FILES ${PROJECT_SOURCE_DIR}/schema/values.fbs DESTINATION ${CMAKE_INSTALL_DATADIR}/pratique/schema COMPONENT extend)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/PratiqueExtend.cmake DESTINATION ${PRATIQUE_PACKAGE_DIR} COMPONENT extend)
endif()

# pkg-config: a static library names what it is linked with; bzip2 and threads have no file of their own.
set(PRATIQUE_PC_REQUIRES "")
set(PRATIQUE_PC_LIBS "")
if(PRATIQUE_IS_STATIC)
  set(PRATIQUE_PC_REQUIRES "absl_strings absl_cord flatbuffers minizip zlib liblzma liblz4 libzstd libcrypto libhwy")
  set(PRATIQUE_PC_LIBS "-lbz2 -pthread")
endif()
file(RELATIVE_PATH PRATIQUE_PC_UP /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" PRATIQUE_PC_UP "${PRATIQUE_PC_UP}")
configure_file(${PROJECT_SOURCE_DIR}/cmake/pratique.pc.in ${PROJECT_BINARY_DIR}/pratique.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pratique.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

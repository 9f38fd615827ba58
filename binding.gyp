# The one build. A room is a static library whose sources are listed, in groups, by scripts/list-sources.mjs; what links them is
# the addon, the executable `nearside`, a GoogleTest program a room, fuzzers and benches. scripts/build.mjs drives it.
#
# What always holds:
# - Only `nearside_addon` sees Node's headers, and those behind the system's (-idirafter): Node's include folder holds an
#   <openssl/...> of its own, and code compiled against one OpenSSL and linked with the other breaks at run time.
# - OpenSSL is linked statically and none of its symbols is exported: `node` exports its own copies under the same names.
# - A target's name says its kind: *_test, *_fuzz and *_bench get what such programs need from the defaults below.
#
# Configurations: Release (what is installed), Arm64 (the same of `nearside`, cross-compiled), Sanitize (clang: address,
# undefined, coverage for fuzzers), Thread (clang: thread). docs/decisions/0001-one-gyp-build.md says why they are here and
# not in a second build system.
{
  'variables': {
    # It is copied to machines of which nothing is known but their kernel: nothing of theirs is linked. What the linker then
    # warns of (getaddrinfo and the like) is called by nothing of ours: docs/decisions/0006.
    'alone': ['-static-pie', '-Wl,--no-warnings'],
    'arm64': '<(module_root_dir)/.cache/arm64/usr',
    'names': ['-l:libcares.a'],
    'openssl': ['-l:libssl.a', '-l:libcrypto.a', '-ldl'],
    'sqlite': ['-l:libsqlite3.a', '-lm', '-ldl'],
    'core_libraries': ['-l:libzstd.a', '-l:libutf8proc.a'],
    'simdjson': '<!(node -p "path.dirname(require.resolve(\'@nozbe/simdjson/src/simdjson.h\'))")',
  },
  'target_defaults': {
    # Everything of Node's, put aside: headers, C++ dialect, and the language features that it switches off.
    'include_dirs/': [['exclude', '/(include/node|src|deps/.*)$']],
    'include_dirs': ['native'],
    'cflags_cc!': ['-fno-rtti', '-fno-exceptions', '-std=gnu++17', '-std=gnu++20'],
    'cflags!': ['-Wno-unused-parameter'],
    'ldflags!': ['-rdynamic'],
    'defines!': ['OPENSSL_NO_PINSHARED', 'OPENSSL_THREADS', 'V8_DEPRECATION_WARNINGS=1',
                 'USING_UV_SHARED=1', 'USING_V8_SHARED=1', 'NODE_GYP_MODULE_NAME=>(_target_name)'],
    'defines': ['BOOST_ASIO_SEPARATE_COMPILATION', 'BOOST_ASIO_NO_DEPRECATED'],
    'cflags': ['-fPIC', '-pthread'],
    # GCC 12 mistakes how Asio allocates the frames of some coroutines: hence the last one.
    'cflags_cc': ['-std=c++20', '-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Werror',
                  '-Wno-mismatched-new-delete'],
    'ldflags': ['-pthread', '-Wl,--gc-sections', '-Wl,--as-needed'],
    'configurations': {
      'Release': {
        'cflags!': ['-O3'],
        'cflags': ['-O2', '-ffunction-sections', '-fdata-sections'],
        'defines': ['NDEBUG'],
      },
      'Arm64': {
        'cflags!': ['-O3', '-m64'],
        # What GCC says of the flow of values depends on what it inlines for a processor: Release's word counts.
        'cflags': ['-O2', '-ffunction-sections', '-fdata-sections', '-Wno-maybe-uninitialized',
                   '-isystem', '<(arm64)/include/aarch64-linux-gnu'],
        'ldflags!': ['-m64'],
        'ldflags': ['-L<(arm64)/lib/aarch64-linux-gnu'],
        'defines': ['NDEBUG'],
      },
      'Sanitize': {
        # Left out of `undefined`: what `address` reports anyway. That is a third of the time to compile; not to
        # optimise is another half of what remains, and Asio's code is compiled much more than it runs.
        'cflags': ['-O0', '-g1', '-fno-omit-frame-pointer', '-fsanitize=address,undefined',
                   '-fno-sanitize=null,object-size,vptr', '-fno-sanitize-recover=undefined'],
        'ldflags': ['-fsanitize=address,undefined'],
      },
      'Thread': {
        'cflags': ['-O0', '-g1', '-fno-omit-frame-pointer', '-fsanitize=thread'],
        'ldflags': ['-fsanitize=thread'],
      },
    },
    'target_conditions': [
      ['_target_name=="core" or "_fuzz" in _target_name', {
        'configurations': {
          'Sanitize': {
            # The fuzzers link core's very objects, so they carry coverage there; and random schedules run longer than
            # they compile.
            'cflags': ['-O1', '-fsanitize=fuzzer-no-link'],
          },
        },
      }],
      ['_type=="executable"', {'product_extension': ''}],
      ['"_test" in _target_name', {
        'libraries': ['-lgmock', '-lgtest', '-lgtest_main'],
      }],
      # The tests' own code runs once and is compiled every time: the rooms that they test are optimised, it is not.
      ['"_test" in _target_name and _target_name!="core_test"', {
        'configurations': {'Release': {'cflags': ['-O0']}},
      }],
      ['"_fuzz" in _target_name', {
        'sources': ['test/fuzz/>(_target_name).cpp'],
        'ldflags': ['-fsanitize=fuzzer'],
      }],
    ],
  },
  'targets': [
    {
      'target_name': 'core',
      'type': 'static_library',
      'sources': ['<!@(node scripts/list-sources.mjs native/core)'],
      # AVX-512 is a third of simdjson's time to compile, and messages of some kilobytes gain nothing from it.
      'defines': ['SIMDJSON_IMPLEMENTATION_ICELAKE=0'],
      'cflags_cc': ['-isystem', '<(simdjson)'],
      'link_settings': {'libraries': ['<@(core_libraries)']},
    },
    {
      'target_name': 'io',
      'type': 'static_library',
      'sources': ['<!@(node scripts/list-sources.mjs native/io)'],
      'dependencies': ['core'],
      'export_dependent_settings': ['core'],
      'link_settings': {'libraries': ['<@(openssl)', '<@(names)']},
    },
    {
      'target_name': 'near',
      'type': 'static_library',
      'sources': ['<!@(node scripts/list-sources.mjs native/near)'],
      # AVX-512 is a third of simdjson's time to compile, and messages of some kilobytes gain nothing from it.
      'defines': ['SIMDJSON_IMPLEMENTATION_ICELAKE=0'],
      'cflags_cc': ['-isystem', '<(simdjson)'],
      'dependencies': ['io', 'core'],
    },
    {
      'target_name': 'far',
      'type': 'static_library',
      'sources': ['<!@(node scripts/list-sources.mjs native/far)'],
      'dependencies': ['io', 'core'],
      'link_settings': {'libraries': ['<@(sqlite)']},
    },
    {
      'target_name': 'cli',
      'type': 'static_library',
      'sources': ['<!@(node scripts/list-sources.mjs native/cli)'],
      'sources!': ['native/cli/main.cpp'],
      'dependencies': ['near', 'far', 'io', 'core'],
    },
    {
      'target_name': 'nearside',
      'type': 'executable',
      'sources': ['native/cli/main.cpp'],
      'conditions': [['OS=="linux"', {
        'configurations': {'Release': {'ldflags': ['<@(alone)']}, 'Arm64': {'ldflags': ['<@(alone)']}},
      }]],
      'dependencies': ['cli', 'near', 'far', 'io', 'core'],
    },
    {
      'target_name': 'nearside_addon',
      'product_name': 'nearside',
      'sources': ['<!@(node scripts/list-sources.mjs native/addon)'],
      'dependencies': ['near', 'io', 'core'],
      # The last one: a worker that is terminated inside one of our methods takes no exception any more; without it
      # node-addon-api ends the whole process then.
      'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'NAPI_CPP_EXCEPTIONS',
                  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
      'cflags_cc': [
        '-fvisibility=hidden',
        '-isystem', '<!(node -p "path.resolve(require(\'node-addon-api\').include_dir)")',
        '-idirafter', '<(node_root_dir)/include/node',
        '-idirafter', '<(node_root_dir)/src',
      ],
      'ldflags': ['-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL'],
    },

    # Tests: one program a room. core_test links core alone: that is the proof that core needs nothing else.
    {
      'target_name': 'core_test',
      'type': 'executable',
      'sources': ['<!@(node scripts/list-sources.mjs test/native/core)'],
      'dependencies': ['core'],
      # Random schedules and every split: this program runs longer than it compiles.
      'configurations': {'Release': {'cflags': ['-O1']}},
    },
    {
      'target_name': 'io_test',
      'type': 'executable',
      'sources': ['<!@(node scripts/list-sources.mjs test/native/io)'],
      'dependencies': ['io', 'core'],
    },
    {
      'target_name': 'near_test',
      'type': 'executable',
      'sources': ['<!@(node scripts/list-sources.mjs test/native/near)'],
      'dependencies': ['near', 'io', 'core'],
    },
    {
      'target_name': 'far_test',
      'type': 'executable',
      'sources': ['<!@(node scripts/list-sources.mjs test/native/far)'],
      'dependencies': ['far', 'io', 'core'],
    },
    {
      'target_name': 'cli_test',
      'type': 'executable',
      'sources': ['<!@(node scripts/list-sources.mjs test/native/cli)'],
      'dependencies': ['cli', 'near', 'far', 'io', 'core'],
    },

    # Fuzzers: test/fuzz/<name>.cpp over core alone. `npm run fuzz`.
    {'target_name': 'audit_chain_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'dap_frame_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'envelope_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'link_frames_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'link_handshake_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'link_link_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'path_fields_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'path_rules_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'mapper_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'inspector_fuzz', 'type': 'executable', 'dependencies': ['core']},
    {'target_name': 'session_wire_fuzz', 'type': 'executable', 'dependencies': ['core']},

    # Benches: test/bench/<name>.ts builds and runs them. `npm run bench`.
    {
      'target_name': 'allocations_bench',
      'type': 'executable',
      'sources': ['test/bench/allocations/allocations_bench.cpp'],
      'dependencies': ['core'],
    },
    {
      'target_name': 'resume_bench',
      'type': 'executable',
      'sources': ['test/bench/resume/resume_bench.cpp'],
      'dependencies': ['io'],
    },
    {
      'target_name': 'paths_bench',
      'type': 'executable',
      'sources': ['test/bench/paths/paths_bench.cpp'],
      'dependencies': ['core'],
    },
  ],
}

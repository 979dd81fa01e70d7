export default { test: { root: '/work/main', include: ['bench/**/*.test.ts'], exclude: ['**/node_modules/**'], testTimeout: 60000 } };

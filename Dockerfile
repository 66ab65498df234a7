# The official Node image; an argument, so that it can be pinned by digest or come from a mirror of yours.
ARG NODE_IMAGE=node:26-trixie-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has its own Node: the one among the optional packages is left out.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM ${NODE_IMAGE}
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY LICENSE package.json runtime.js ./
COPY src src
# Volumes take over owner and mode. Keys lie apart, so that copies of the data do not open the tokens in them.
RUN mkdir -m 700 /data /keys && chown node:node /data /keys
USER node
ENV NODE_ENV=production \
    DATABASE_URL=sqlite:/data/slurm.db \
    SLURM_KEY_FILE=/keys/slurm.key \
    METRICS_PORT=9464
# An upgrade may bring the tables up to date first, during which nothing is answered.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.METRICS_PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--import", "./runtime.js", "src/app.ts"]

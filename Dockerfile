# One image for the worker, the model server and the command line. Debian, because Temporal's native core needs glibc.
FROM node:22-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && mkdir -p /packed && npm pack --ignore-scripts --pack-destination /packed

FROM node:22-bookworm AS install
RUN apt-get update && apt-get install --yes --no-install-recommends python3 python3-pip g++ && rm -rf /var/lib/apt/lists/*
COPY --from=build /packed /packed
COPY deploy/install.sh /packed/
RUN /packed/install.sh /packed/tfx-temporal-*.tgz /project

FROM node:22-bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates libgomp1 && rm -rf /var/lib/apt/lists/*
COPY --from=install /project /project
# Your own project: its configuration, pipelines and modules.
COPY deploy/tfx.config.ts /project/
COPY examples/wine /project/examples/wine
COPY examples/taxi /project/examples/taxi
ENV NODE_ENV=production TFX_TEMPORAL_STATE=/var/lib/tfx/state
RUN mkdir -p /var/lib/tfx/artifacts /var/lib/tfx/models /var/lib/tfx/data /var/lib/tfx/state && chown -R node:node /var/lib/tfx
WORKDIR /project
USER node
ENTRYPOINT ["node", "--enable-source-maps", "node_modules/tfx-temporal/bin/tfx-temporal.mjs"]
CMD ["worker", "--metrics", "0.0.0.0:9464", "--health", "0.0.0.0:8081"]

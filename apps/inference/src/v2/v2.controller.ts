import { Controller, Get, HttpCode, HttpException, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { type ErrorCode, ERRORS, SluiceError, toSluiceError } from '@sluice/contracts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './read-body.js';
import { inferServed, metadataOf, mostRequestBytes, type ServedModel } from './served-model.js';
import { decodeRequest, encodeResponse, JSON_LENGTH_HEADER } from './v2-message.js';

/** The models that the door answers for (`@Inject(SERVED_MODELS)`). */
export const SERVED_MODELS = Symbol('served models');

const MODEL = ['models/:name', 'models/:name/versions/:version'];

/** Open Inference Protocol v2 over HTTP (KServe, Triton): health, metadata, infer with binary tensors. */
@Controller('v2')
export class V2Controller {
  constructor(@Inject(SERVED_MODELS) private readonly models: readonly ServedModel[]) {}

  @Get()
  server(): object {
    return { name: 'sluice-inference', version: '2', extensions: ['binary_tensor_data'] };
  }

  @Get('health/live')
  live(): object {
    return { live: true };
  }

  @Get('health/ready')
  async ready(): Promise<object> {
    await answered(() => Promise.all(this.models.map(({ runner }) => runner.probe())));
    return { ready: true };
  }

  @Get(MODEL.map((path) => `${path}/ready`))
  async modelReady(@Param('name') name: string, @Param('version') version?: string): Promise<object> {
    await answered(() => this.model(name, version).runner.probe());
    return { name, ready: true };
  }

  @Get(MODEL)
  async metadata(@Param('name') name: string, @Param('version') version?: string): Promise<object> {
    return answered(async () => metadataOf(this.model(name, version)));
  }

  @Post(MODEL.map((path) => `${path}/infer`))
  @HttpCode(200)
  async infer(
    @Param() { name, version }: { name: string; version?: string },
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const message = await answered(() => answer(this.model(name, version), request));
    const headers = {
      'content-type': message.jsonBytes === undefined ? 'application/json' : 'application/octet-stream',
      ...(message.jsonBytes !== undefined && { [JSON_LENGTH_HEADER]: String(message.jsonBytes) }),
      'content-length': String(message.body.length),
    };
    response.writeHead(200, headers).end(message.body);
  }

  private model(name: string, version: string | undefined): ServedModel {
    const found = this.models.find((model) => model.name === name && (!version || model.version === version));
    if (!found) throw new SluiceError('INFERENCE_MODEL_UNKNOWN');
    return found;
  }
}

async function answer(
  model: ServedModel,
  request: IncomingMessage,
): Promise<ReturnType<typeof encodeResponse>> {
  const length = request.headers[JSON_LENGTH_HEADER];
  const body = await readBody(request, mostRequestBytes(model));
  const asked = decodeRequest({ body, jsonBytes: length === undefined ? undefined : Number(length) });
  return encodeResponse(model, await inferServed(model, asked.inputs), asked);
}

/** The protocol wants `error` in the body; the code says all that a stranger may know. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const { code } = toSluiceError(thrown);
    throw new HttpException({ error: code, code }, statusOf(code));
  }
}

function statusOf(code: ErrorCode): number {
  const { http, kind } = ERRORS[code];
  if (http) return http;
  return kind === 'transient' ? 503 : kind === 'permanent' ? 400 : 500;
}
